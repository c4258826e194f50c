; Inno Setup's recipe: a set-up program for the bundle in dist\rtedit.
;   iscc /DVersion=0.1.0 /DBundle=dist\rtedit /Odist packaging\windows\rtedit.iss
; It installs for one person without asking for rights, or for all where it is started as administrator.

#ifndef Version
  #define Version "0.0.0"
#endif
#ifndef Bundle
  #define Bundle "..\..\dist\rtedit"
#endif

[Setup]
AppId={{6B3C5D52-58B5-4E0B-9C7B-2F1C7A0E9D44}
AppName=RTEdit
AppVersion={#Version}
AppPublisher=The RTEdit contributors
DefaultDirName={autopf}\RTEdit
DefaultGroupName=RTEdit
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
#ifdef Icon
SetupIconFile={#Icon}
#endif
UninstallDisplayIcon={app}\rtedit-desktop.exe
OutputBaseFilename=rtedit-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "path"; Description: "Make the command rtedit known to terminals"; Flags: unchecked

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; A part that an older version had and this one has not would otherwise stay and be imported.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\RTEdit"; Filename: "{app}\rtedit-desktop.exe"; AppUserModelID: "RTEdit"
Name: "{autodesktop}\RTEdit"; Filename: "{app}\rtedit-desktop.exe"; Tasks: desktopicon

[Registry]
; Presets belong to RTEdit; pictures keep the program they have and list RTEdit under "Open with".
Root: HKA; Subkey: "Software\Classes\.rtpreset"; ValueType: string; ValueData: "RTEdit.Preset"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.rtpreset"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-rtedit-preset"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\RTEdit.Preset"; ValueType: string; ValueData: "RTEdit preset"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\RTEdit.Preset\DefaultIcon"; ValueType: string; ValueData: "{app}\rtedit-desktop.exe,0"
Root: HKA; Subkey: "Software\Classes\RTEdit.Preset\shell\open\command"; ValueType: string; ValueData: """{app}\rtedit-desktop.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\rtedit-desktop.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "RTEdit"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\rtedit-desktop.exe\shell\open\command"; ValueType: string; ValueData: """{app}\rtedit-desktop.exe"" ""%1"""
#define Picture(str Suffix) 'Root: HKA; Subkey: "Software\Classes\.' + Suffix + '\OpenWithProgids"; ValueType: string; ValueName: "RTEdit.Picture"; ValueData: ""; Flags: uninsdeletevalue' + NewLine + 'Root: HKA; Subkey: "Software\Classes\Applications\rtedit-desktop.exe\SupportedTypes"; ValueType: string; ValueName: ".' + Suffix + '"; ValueData: ""'
#emit Picture("png")
#emit Picture("jpg")
#emit Picture("jpeg")
#emit Picture("webp")
#emit Picture("tif")
#emit Picture("tiff")
#emit Picture("bmp")
#emit Picture("gif")
#emit Picture("heic")
#emit Picture("heif")
Root: HKA; Subkey: "Software\Classes\RTEdit.Picture"; ValueType: string; ValueData: "Picture"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\RTEdit.Picture\shell\open\command"; ValueType: string; ValueData: """{app}\rtedit-desktop.exe"" ""%1"""
Root: HKA; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: not IsAdminInstallMode and PathIsWanting
Root: HKLM; Subkey: "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsAdminInstallMode and PathIsWanting

[Run]
Filename: "{app}\rtedit-desktop.exe"; Description: "{cm:LaunchProgram,RTEdit}"; Flags: nowait postinstall skipifsilent

[Code]
function PathIsWanting: Boolean;
var
  Known: String;
begin
  if IsAdminInstallMode then
    RegQueryStringValue(HKLM, 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment', 'Path', Known)
  else
    RegQueryStringValue(HKCU, 'Environment', 'Path', Known);
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Known) + ';') = 0;
end;
