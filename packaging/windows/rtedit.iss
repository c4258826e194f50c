; Inno Setup's recipe: a set-up program for the bundle in dist\rtedit.
;   iscc /DVersion=0.1.0 /DBundle=dist\rtedit /Odist packaging\windows\rtedit.iss
; It installs for one person without asking for rights, or for all where it is started as administrator.

#ifndef Version
  #define Version "0.0.0"
#endif
#ifndef Bundle
  #define Bundle "..\..\dist\rtedit"
#endif
#ifndef Device
  #define Device "cpu"
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
#if Device == "cpu"
OutputBaseFilename=rtedit-{#Version}-setup
#else
; A set-up program takes no more than 4.2 GB, an asset of a release less than 2 GiB: the rest lies in .bin files beside it.
OutputBaseFilename=rtedit-{#Device}-{#Version}-setup
DiskSpanning=yes
DiskSliceSize=1900000000
#endif
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
Root: HKA; Subkey: "Software\Classes\.rtpreset"; ValueType: string; ValueData: "RTEdit.Preset"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.rtpreset"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-rtedit-preset"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\RTEdit.Preset"; ValueType: string; ValueData: "RTEdit preset"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\RTEdit.Preset\DefaultIcon"; ValueType: string; ValueData: "{app}\rtedit-desktop.exe,0"
Root: HKA; Subkey: "Software\Classes\RTEdit.Preset\shell\open\command"; ValueType: string; ValueData: """{app}\rtedit-desktop.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\rtedit-desktop.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "RTEdit"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\rtedit-desktop.exe\shell\open\command"; ValueType: string; ValueData: """{app}\rtedit-desktop.exe"" ""%1"""
#define Picture(str Suffix) 'Root: HKA; Subkey: "Software\Classes\.' + Suffix + '\OpenWithProgids"; ValueType: string; ValueName: "RTEdit.Picture"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty' + NewLine + 'Root: HKA; Subkey: "Software\Classes\Applications\rtedit-desktop.exe\SupportedTypes"; ValueType: string; ValueName: ".' + Suffix + '"; ValueData: ""'
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
const
  MachinePath = 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment';
  UserPath = 'Environment';

function KnownPath: String;
begin
  Result := '';
  if IsAdminInstallMode then
    RegQueryStringValue(HKLM, MachinePath, 'Path', Result)
  else
    RegQueryStringValue(HKCU, UserPath, 'Path', Result);
end;

function PathIsWanting: Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(KnownPath) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Known, App: String;
  Place: Integer;
begin
  if Step <> usPostUninstall then
    exit;
  // What the task "path" added; everything else in it stays as it is.
  Known := ';' + KnownPath + ';';
  App := ';' + ExpandConstant('{app}') + ';';
  Place := Pos(Uppercase(App), Uppercase(Known));
  if Place = 0 then
    exit;
  Delete(Known, Place, Length(App) - 1);
  Known := Copy(Known, 2, Length(Known) - 2);
  if IsAdminInstallMode then
    RegWriteExpandStringValue(HKLM, MachinePath, 'Path', Known)
  else
    RegWriteExpandStringValue(HKCU, UserPath, 'Path', Known);
end;
