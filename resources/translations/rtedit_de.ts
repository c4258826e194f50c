<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write what should change in a picture, and watch it happen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence: MIT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is &amp;made of:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The parts of RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The licence of the chosen part</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Earlier work…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos with what was made of them before (Ctrl+Shift+O)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Batch…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same presets on many photos (Ctrl+B)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which models there are: download, import, remove (Ctrl+M)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the &amp;prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;100 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Compare divider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the &amp;original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run four &amp;variations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four results with four seeds, to pick one (Ctrl+Shift+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Same again on this photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do what made the chosen result once more, on the photo as it is (Ctrl+R)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as &amp;preset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Learn as preset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show the presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collect &amp;diagnostics…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag between before and after (Ctrl+D); hold Space for the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep what was learned, for any photo (Ctrl+Shift+P)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take preset files in; they can be dropped on the window too (Ctrl+I)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as preset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open sa&amp;mple</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo: {step} ({keys})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo ({keys})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo: {step} ({keys})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo ({keys})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchDialog</name>
    <message>
        <source>Batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add &amp;photos…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a &amp;folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ta&amp;ke off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the chosen photos off the list (Del); the files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the chosen photos off the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of the batch is done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a folder of photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add photos first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a preset first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder for the results first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a name that can be used first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchList</name>
    <message>
        <source>Photos of the batch</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>Photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchOutput</name>
    <message>
        <source>Folder for the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names of the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>May hold {fields}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format of the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folders &amp;inside of folders too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Replace files that are in the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos are never replaced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Leave out personal metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who, where, and with which very camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For&amp;mat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{photo} becomes {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchSide</name>
    <message>
        <source>A batch is running; add photos when it has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The batch is not finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is done is kept. RTEdit offers to go on with the rest when it is opened again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The batch “{what}” into {folder} was not finished; {n} photos are done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model of this batch is not installed: {pack}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install it under Edit &gt; Models; the batch is offered again at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the batch</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchStatus</name>
    <message>
        <source>Show the batch</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Batches</name>
    <message>
        <source>The photos could not be looked through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The batch stopped on an unexpected error.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left and Right move the divider or the square, Space shows the original, plus and minus zoom.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Suggested prompts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{prompt}, instant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use “{prompt}” as the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use “{prompt}” as the prompt: instant, because it was learned before</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>Closing as soon as everything is saved…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file is still being written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If RTEdit closes now, what is being written is lost; the file that was there stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Diagnostics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the whole report. Folders and file names are left out, and there are no pictures or prompts in it. It goes nowhere by itself: copy or save it, and give it to whoever helps you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report could not be saved: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder, or copy it instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Earlier</name>
    <message>
        <source>RTEdit closed unexpectedly. One result of {name} can be brought back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RTEdit closed unexpectedly. {n} results of {name} can be brought back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Those of {n} more are under File &gt; Earlier work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier work could not be read.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EarlierDialog</name>
    <message>
        <source>Earlier work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier work, the latest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every photo comes back with all of its results. They are kept on this computer alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is none yet. What you make of a photo is kept here by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}
{count} · {day}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EditorState</name>
    <message>
        <source>the square</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the choice of a result</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Drop a photo here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or paste one with Ctrl+V, or open one from disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a photo…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or start with a sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample: {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>Filmstrip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pictures on the way; Enter takes one as the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the picture that is shown as the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}: click to look, double-click to use</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HelpSide</name>
    <message>
        <source>What was asked for could not be collected.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results of earlier photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter does the same on the photo that is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of earlier photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photo as opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Same again on this photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy the recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go back to {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>The edit that was running is stopped, because another photo was opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The square could not be cut out of the photo.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeepDialog</name>
    <message>
        <source>&amp;Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title of the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Author</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Author of the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence of the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>may be left empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written into the file, for those you give it to</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>Results cannot be kept for after a crash: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save those that you need.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LearnDialog</name>
    <message>
        <source>Learn as preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{source}” becomes “{prompt}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The &amp;pictures that come with {pack}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A &amp;folder of mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No folder is chosen yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder of pictures</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message>
        <source>Stopping after this step…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} pictures are in {folder}; the first {most} are learned from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture in {folder} that can be opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder with PNG or JPEG files of what the edit is for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning “{title}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading {what}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the picture of “{title}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning “{title}” was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting ready to keep “{title}”…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LoadingStatus</name>
    <message>
        <source>Loading the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading {what}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookSettings</name>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RTEdit speaks it from the next start on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The theme could not be remembered: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It holds until RTEdit is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language could not be remembered: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{prompt}” was learned before: nothing had to be learned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}[*] – RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>In use on this photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This preset was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MixRow</name>
    <message>
        <source>Strength of {title} in percent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take {title} off the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Source: its publisher&apos;s page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit with this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Says size, licence and source first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I&amp;mport its file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From a file or a download that is here already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Verify</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read every file and compare its hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it off the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is here of a download is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing by itself: other models need it to understand words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {n} × {n} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {size} for {part}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {size}, with {part}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Download {part}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go on…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Download…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I&amp;mport {part}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Discard…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelList</name>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelSide</name>
    <message>
        <source>Show the models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} is installed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelStatus</name>
    <message>
        <source>Show the models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> (and {n} more)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>The models could not be looked at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was not taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} could not be downloaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} could not be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} could not be removed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import &amp;file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A checkpoint, a text model or a pack; it can be dropped here too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import f&amp;older…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A pack, or a model&apos;s folder; it can be dropped here too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download {title}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard what is here of {title}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {title}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} will be free again. Photos, results and presets stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The one that is there is lost when it is replaced.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} is installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs {part} too: download or import that next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download {part}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} is whole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} is removed; {size} are free again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{used} on this disk, {free} free</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Opening {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture in the clipboard. Copy one, then paste it here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} files came at once; {name} is opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message>
        <source>pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could not open {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could not save {name}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlaceStatus</name>
    <message>
        <source>{width} × {height} · {zoom:.0f} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetActions</name>
    <message>
        <source>Shared as {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” is in use already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” was learned with another model than those in use; they cannot be mixed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a photo first; then “{title}” can be applied to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something is being learned; wait for it, or stop it with Esc.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” needs the model pack “{pack}”, which is not installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get {pack}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” is kept as a preset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing had to be learned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out, because they could not be opened: {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” is among the presets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” is deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} files among the presets cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{names} and {n} more</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>Strength of {title} in percent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetChoices</name>
    <message>
        <source>There are no presets for this model yet. Save an edit as a preset first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presets</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetDelegate</name>
    <message>
        <source>Title of the preset</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetDetails</name>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{source}” becomes “{prompt}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Author</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learned on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Direction score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model pack</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetModel</name>
    <message>
        <source>favourite</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetPanel</name>
    <message>
        <source>&amp;Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to &amp;mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply it on top of those in use (Shift+Enter, Shift+double click)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply it to the photo (Enter, double click)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Share…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy of its file, to mail it or to keep it elsewhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>De&amp;tails…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it was learned from, by whom, and on what terms it may be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the presets (F9)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words of the title or the prompt (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More to do with the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the presets…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No preset has these words in its title or prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A preset is an edit that was learned once and fits any photo.

Run a prompt, then choose “Save as preset…”, or drop .rtpreset files here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get {pack}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the model that it needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch and apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch to {pack}, then apply it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs pack {pack}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comes with RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>your own</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetView</name>
    <message>
        <source>Presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter applies a preset, Shift+Enter adds it to those in use</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>The presets could not be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was not taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} could not be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” could not be renamed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” could not be marked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” could not be deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” could not be put back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no place for “{title}”.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptBar</name>
    <message>
        <source>Prompt: what should change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the picture should show; Enter runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the photo (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop within one step (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four results with four seeds, to pick one (Ctrl+Shift+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model pack</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that makes the change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source text: what the picture shows now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the picture shows now, in the pack&apos;s words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength in percent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How strong the change is; a result follows without learning again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed makes the same picture again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another seed for the next run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The numbers behind a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows &amp;now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;trength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What should change? For example “{example}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run it when what runs now has ended (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptHint</name>
    <message>
        <source>About the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write what should change, or click a suggestion.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a photo, then press Enter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter changes “{source}” to “{prompt}” at once: it was learned before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter changes “{source}” to “{prompt}”.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run what waits, one after the other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the chosen one off the list (Del)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take everything off the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt+Up and Alt+Down change the order, Del drops one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag, or Alt+Up and Alt+Down: another order; Del: drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held back ({n})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting ({n})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} · seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunSide</name>
    <message>
        <source>It was made with the model pack “{pack}”, which is not installed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>{name} is the photo you opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving over it replaces the original, and it cannot be brought back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} exists already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving replaces what is in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The result of “{prompt}” is not saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without saving, the results of this photo are gone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without saving, it stays under File &gt; Earlier work until newer work needs the room.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learned edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was learned for a prompt and a photo stays on disk, so that the same again is instant. Presets are not among them: they stay whatever you choose here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} on disk, {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None on disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space for learned edits at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove all learned edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove all learned edits?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos, results and presets stay. A prompt that was instant is learned again when it is used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learned edits removed: {size} are free again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The learned edits could not be changed: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every result stays on this computer with a copy of its photo, so that nothing is lost. The oldest makes room for the newest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only what is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space for earlier work at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove all earlier work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove all earlier work?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photos themselves and what you saved stay, and so does the photo that is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier work removed: {size} are free again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The earlier work could not be changed: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>How far the picture is noised: more changes more, keeps less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DDIM steps from noise to picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many steps the model learns at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stochastic (fast)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deterministic (DDIM inversion)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the picture is turned into noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep pixels the edit does not touch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recommended values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to what the model pack recommends for this prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Noise level t0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Decode steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Learning steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Encoding</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StorageSettings</name>
    <message>
        <source>Looking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> MiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At &amp;most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Empty…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look whether you may write in their folder, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Dismiss the message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Suggestions</name>
    <message>
        <source>{prompt}, instant</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VariationsDialog</name>
    <message>
        <source>Variations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick one of “{title}”; the others stay among the results.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variation {n}, seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take this one ({n})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WhichModelDialog</name>
    <message>
        <source>Import a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was “{name}” trained on? The file does not say, and a wrong answer gives poor edits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>batch</name>
    <message>
        <source>waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done before: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>saved as {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or add them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words} Pausing after this photo…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words} Paused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words} Stopping after this step…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words} Stopped; Start goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch: {done} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words}, paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {of} photos are done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One could not be done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} could not be done.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>files</name>
    <message>
        <source>Open a photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RTEdit presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>frames</name>
    <message>
        <source>source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>learning {step}/{of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step {step}/{of} · t {t}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>result</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>help</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter in the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold Space on the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the original; drag to pan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left, Right on the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the divider, or the square</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter on a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift+Enter on a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add it to those in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F2, Del, Ctrl+B on a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename, delete, mark as favourite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt+Enter on a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt+Up, Alt+Down, Del on what waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another order; drop it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>[ and ] on the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the square smaller or larger</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>models</name>
    <message>
        <source>Weights and packs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} h {m} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in use, comes with RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comes with RTEdit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>download not finished: {here} here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lacks its text model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not here: {size} to download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not here: to be imported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download it again, or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove it, or import it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{here} of about {size} are here; the download goes on from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its own files are here, but it needs {part} too, which is not here yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RTEdit cannot download it: get {files} from its source, then import the file here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not here; it can be downloaded, or imported from a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>beginning…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>downloading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>converting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>installing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> {percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloading {what}: {done} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloading {what}: {done}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {speed}/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size: about {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From: {source}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free on this disk: {free}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its hash is not known yet; that of this first download is noted and holds from then on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That does not fit: free some space first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>progress</name>
    <message>
        <source>{what}: {n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping after this step…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading {what}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the picture: step {n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning: step {n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>direction score {score:.2f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than a second left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>recipe</name>
    <message>
        <source>a step on the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{how} · seed&#xa0;{seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows now: {source}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise level {t0}, {steps} decode steps, at most {iterations} learning steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>direction score {score:.2f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>made in {seconds:.1f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n}&#xa0;%</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>reopening</name>
    <message>
        <source>None of the results can be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They were damaged on the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is gone; this is the copy that RTEdit kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was changed since; this is the copy that RTEdit kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is gone; this is the square of it that was worked on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sentences</name>
    <message>
        <source>Memory is full: close other programs.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
