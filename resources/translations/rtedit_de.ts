<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About RTEdit</source>
        <translation>Über RTEdit</translation>
    </message>
    <message>
        <source>Write what should change in a picture, and watch it happen.</source>
        <translation>Schreiben, was sich an einem Bild ändern soll, und dabei zusehen.</translation>
    </message>
    <message>
        <source>Licence: MIT.</source>
        <translation>Lizenz: MIT.</translation>
    </message>
    <message>
        <source>It is &amp;made of:</source>
        <translation>&amp;Enthaltene Bestandteile:</translation>
    </message>
    <message>
        <source>The parts of RTEdit</source>
        <translation>Bestandteile von RTEdit</translation>
    </message>
    <message>
        <source>The licence of the chosen part</source>
        <translation>Lizenz des gewählten Bestandteils</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>&amp;Earlier work…</source>
        <translation>F&amp;rühere Arbeiten…</translation>
    </message>
    <message>
        <source>Photos with what was made of them before (Ctrl+Shift+O)</source>
        <translation>Fotos mit allem, was schon aus ihnen gemacht wurde (Strg+Umschalt+O)</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>Bild &amp;einfügen</translation>
    </message>
    <message>
        <source>&amp;Batch…</source>
        <translation>&amp;Stapel…</translation>
    </message>
    <message>
        <source>The same presets on many photos (Ctrl+B)</source>
        <translation>Dieselben Vorgaben auf viele Fotos anwenden (Strg+B)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>Spei&amp;chern</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Speichern &amp;unter…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>&amp;Modelle…</translation>
    </message>
    <message>
        <source>Which models there are: download, import, remove (Ctrl+M)</source>
        <translation>Vorhandene Modelle: herunterladen, importieren, entfernen (Strg+M)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>Write the &amp;prompt</source>
        <translation>&amp;Prompt schreiben</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <source>&amp;100 %</source>
        <translation>&amp;100 %</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Compare divider</source>
        <translation>&amp;Trennlinie zum Vergleichen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Show the &amp;original</source>
        <translation>&amp;Original zeigen</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>A&amp;usführen</translation>
    </message>
    <message>
        <source>Run four &amp;variations</source>
        <translation>Vier &amp;Varianten ausführen</translation>
    </message>
    <message>
        <source>Four results with four seeds, to pick one (Ctrl+Shift+Return)</source>
        <translation>Vier Ergebnisse mit vier Startwerten, eines davon zum Auswählen (Strg+Umschalt+Return)</translation>
    </message>
    <message>
        <source>&amp;Same again on this photo</source>
        <translation>&amp;Auf dieses Foto anwenden</translation>
    </message>
    <message>
        <source>Do what made the chosen result once more, on the photo as it is (Ctrl+R)</source>
        <translation>Was das gewählte Ergebnis ergab, noch einmal tun, mit dem Foto, wie es jetzt ist (Strg+R)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Save as &amp;preset…</source>
        <translation>Als Vorgabe &amp;speichern…</translation>
    </message>
    <message>
        <source>&amp;Learn as preset…</source>
        <translation>Als Vorgabe &amp;lernen…</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren…</translation>
    </message>
    <message>
        <source>&amp;Find a preset</source>
        <translation>Vorgabe su&amp;chen</translation>
    </message>
    <message>
        <source>&amp;Show the presets</source>
        <translation>Vorgaben &amp;zeigen</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Collect &amp;diagnostics…</source>
        <translation>&amp;Diagnose zusammenstellen…</translation>
    </message>
    <message>
        <source>&amp;About RTEdit</source>
        <translation>&amp;Über RTEdit</translation>
    </message>
    <message>
        <source>Drag between before and after (Ctrl+D); hold Space for the original</source>
        <translation>Linie zwischen Vorher und Nachher ziehen (Strg+D); Leertaste halten für das Original</translation>
    </message>
    <message>
        <source>Keep what was learned, for any photo (Ctrl+Shift+P)</source>
        <translation>Das Gelernte für jedes Foto behalten (Strg+Umschalt+P)</translation>
    </message>
    <message>
        <source>Take preset files in; they can be dropped on the window too (Ctrl+I)</source>
        <translation>Vorgabedateien aufnehmen; sie lassen sich auch auf das Fenster ziehen (Strg+I)</translation>
    </message>
    <message>
        <source>Save as preset…</source>
        <translation>Als Vorgabe speichern…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Open sa&amp;mple</source>
        <translation>Beis&amp;piel öffnen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation>&amp;Vorgaben</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Undo: {step} ({keys})</source>
        <translation>Rückgängig: {step} ({keys})</translation>
    </message>
    <message>
        <source>Undo ({keys})</source>
        <translation>Rückgängig ({keys})</translation>
    </message>
    <message>
        <source>Redo: {step} ({keys})</source>
        <translation>Wiederholen: {step} ({keys})</translation>
    </message>
    <message>
        <source>Redo ({keys})</source>
        <translation>Wiederholen ({keys})</translation>
    </message>
</context>
<context>
    <name>BatchDialog</name>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>Add &amp;photos…</source>
        <translation>Fotos &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>Add a &amp;folder…</source>
        <translation>&amp;Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Ta&amp;ke off</source>
        <translation>Aus&amp;tragen</translation>
    </message>
    <message>
        <source>Take the chosen photos off the list (Del); the files stay</source>
        <translation>Gewählte Fotos aus der Liste nehmen (Entf); die Dateien bleiben</translation>
    </message>
    <message>
        <source>Take the chosen photos off the list</source>
        <translation>Gewählte Fotos aus der Liste nehmen</translation>
    </message>
    <message>
        <source>How much of the batch is done</source>
        <translation>Fortschritt des Stapels</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>&amp;Open the folder</source>
        <translation>Ordner ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Add a folder of photos</source>
        <translation>Ordner mit Fotos hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Add photos first</source>
        <translation>Zuerst Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Choose a preset first</source>
        <translation>Zuerst eine Vorgabe wählen</translation>
    </message>
    <message>
        <source>Choose a folder for the results first</source>
        <translation>Zuerst einen Ordner für die Ergebnisse wählen</translation>
    </message>
    <message>
        <source>Write a name that can be used first</source>
        <translation>Zuerst einen brauchbaren Namen schreiben</translation>
    </message>
</context>
<context>
    <name>BatchList</name>
    <message>
        <source>Photos of the batch</source>
        <translation>Fotos des Stapels</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
</context>
<context>
    <name>BatchOutput</name>
    <message>
        <source>Folder for the results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation>Ordner für die Ergebnisse wählen</translation>
    </message>
    <message>
        <source>Names of the results</source>
        <translation>Namen der Ergebnisse</translation>
    </message>
    <message>
        <source>May hold {fields}</source>
        <translation>Darf {fields} enthalten</translation>
    </message>
    <message>
        <source>Format of the results</source>
        <translation>Format der Ergebnisse</translation>
    </message>
    <message>
        <source>As the photo</source>
        <translation>Wie das Foto</translation>
    </message>
    <message>
        <source>Folders &amp;inside of folders too</source>
        <translation>Auch &amp;Unterordner</translation>
    </message>
    <message>
        <source>&amp;Replace files that are in the way</source>
        <translation>&amp;Vorhandene Dateien ersetzen</translation>
    </message>
    <message>
        <source>Photos are never replaced</source>
        <translation>Fotos werden nie ersetzt</translation>
    </message>
    <message>
        <source>&amp;Leave out personal metadata</source>
        <translation>Persönliche &amp;Metadaten weglassen</translation>
    </message>
    <message>
        <source>Who, where, and with which very camera</source>
        <translation>Wer, wo und mit welcher Kamera genau</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>Or&amp;dner</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>For&amp;mat</source>
        <translation>Forma&amp;t</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>photo</source>
        <translation>foto</translation>
    </message>
    <message>
        <source>preset</source>
        <translation>vorgabe</translation>
    </message>
    <message>
        <source>{photo} becomes {name}</source>
        <translation>{photo} wird zu {name}</translation>
    </message>
</context>
<context>
    <name>BatchSide</name>
    <message>
        <source>A batch is running; add photos when it has ended.</source>
        <translation>Ein Stapel läuft; weitere Fotos erst nach seinem Ende hinzufügen.</translation>
    </message>
    <message>
        <source>The batch is not finished.</source>
        <translation>Der Stapel ist noch nicht fertig.</translation>
    </message>
    <message>
        <source>What is done is kept. RTEdit offers to go on with the rest when it is opened again.</source>
        <translation>Was fertig ist, bleibt. Beim nächsten Öffnen bietet RTEdit an, mit dem Rest weiterzumachen.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The batch “{what}” into {folder} was not finished; {n} photos are done.</source>
        <translation>Der Stapel „{what}“ nach {folder} wurde nicht fertig; {n} Fotos sind erledigt.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>The model of this batch is not installed: {pack}.</source>
        <translation>Das Modell dieses Stapels ist nicht installiert: {pack}.</translation>
    </message>
    <message>
        <source>Install it under Edit &gt; Models; the batch is offered again at the next start.</source>
        <translation>Unter Bearbeiten &gt; Modelle installieren; beim nächsten Start wird der Stapel wieder angeboten.</translation>
    </message>
    <message>
        <source>Show the batch</source>
        <translation>Stapel zeigen</translation>
    </message>
</context>
<context>
    <name>BatchStatus</name>
    <message>
        <source>Show the batch</source>
        <translation>Stapel zeigen</translation>
    </message>
</context>
<context>
    <name>Batches</name>
    <message>
        <source>The photos could not be looked through.</source>
        <translation>Die Fotos konnten nicht durchgesehen werden.</translation>
    </message>
    <message>
        <source>The batch stopped on an unexpected error.</source>
        <translation>Der Stapel hielt wegen eines unerwarteten Fehlers an.</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Left and Right move the divider or the square, Space shows the original, plus and minus zoom.</source>
        <translation>Pfeil links und rechts bewegen die Trennlinie oder das Quadrat, die Leertaste zeigt das Original, Plus und Minus zoomen.</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Suggested prompts</source>
        <translation>Vorgeschlagene Prompts</translation>
    </message>
    <message>
        <source>{prompt}, instant</source>
        <translation>{prompt}, sofort</translation>
    </message>
    <message>
        <source>Use “{prompt}” as the prompt</source>
        <translation>„{prompt}“ als Prompt verwenden</translation>
    </message>
    <message>
        <source>Use “{prompt}” as the prompt: instant, because it was learned before</source>
        <translation>„{prompt}“ als Prompt verwenden: sofort da, weil schon gelernt</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>Closing as soon as everything is saved…</source>
        <translation>RTEdit schließt, sobald alles gespeichert ist…</translation>
    </message>
    <message>
        <source>A file is still being written.</source>
        <translation>Eine Datei wird noch geschrieben.</translation>
    </message>
    <message>
        <source>If RTEdit closes now, what is being written is lost; the file that was there stays.</source>
        <translation>Wird RTEdit jetzt geschlossen, geht verloren, was gerade geschrieben wird; die bisherige Datei bleibt.</translation>
    </message>
    <message>
        <source>Close now</source>
        <translation>Jetzt schließen</translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>This is the whole report. Folders and file names are left out, and there are no pictures or prompts in it. It goes nowhere by itself: copy or save it, and give it to whoever helps you.</source>
        <translation>Das ist der ganze Bericht. Ordner und Dateinamen sind weggelassen, Bilder und Prompts enthält er nicht. Er wird nirgendwohin gesendet: kopieren oder speichern und weitergeben, wo Hilfe zu erwarten ist.</translation>
    </message>
    <message>
        <source>The report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>The report could not be saved: {reason}.</source>
        <translation>Der Bericht konnte nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>Choose another folder, or copy it instead.</source>
        <translation>Einen anderen Ordner wählen oder stattdessen kopieren.</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Gespeichert als {name}.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
</context>
<context>
    <name>Earlier</name>
    <message>
        <source>RTEdit closed unexpectedly. One result of {name} can be brought back.</source>
        <translation>RTEdit wurde unerwartet beendet. Ein Ergebnis von {name} lässt sich zurückholen.</translation>
    </message>
    <message>
        <source>RTEdit closed unexpectedly. {n} results of {name} can be brought back.</source>
        <translation>RTEdit wurde unerwartet beendet. {n} Ergebnisse von {name} lassen sich zurückholen.</translation>
    </message>
    <message>
        <source>Those of {n} more are under File &gt; Earlier work.</source>
        <translation>Die von {n} weiteren stehen unter Datei &gt; Frühere Arbeiten.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Earlier work could not be read.</source>
        <translation>Frühere Arbeiten konnten nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>EarlierDialog</name>
    <message>
        <source>Earlier work</source>
        <translation>Frühere Arbeiten</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen…</translation>
    </message>
    <message>
        <source>Earlier work, the latest first</source>
        <translation>Frühere Arbeiten, die neueste zuerst</translation>
    </message>
    <message>
        <source>Every photo comes back with all of its results. They are kept on this computer alone.</source>
        <translation>Jedes Foto kommt mit allen seinen Ergebnissen zurück. Sie liegen nur auf diesem Computer.</translation>
    </message>
    <message>
        <source>There is none yet. What you make of a photo is kept here by itself.</source>
        <translation>Noch gibt es keine. Was aus einem Foto gemacht wird, bleibt hier von selbst erhalten.</translation>
    </message>
    <message>
        <source>one result</source>
        <translation>ein Ergebnis</translation>
    </message>
    <message>
        <source>{n} results</source>
        <translation>{n} Ergebnisse</translation>
    </message>
    <message>
        <source>{name}
{count} · {day}</source>
        <translation>{name}
{count} · {day}</translation>
    </message>
</context>
<context>
    <name>EditorState</name>
    <message>
        <source>the square</source>
        <translation>das Quadrat</translation>
    </message>
    <message>
        <source>the strength</source>
        <translation>die Stärke</translation>
    </message>
    <message>
        <source>the choice of a result</source>
        <translation>die Wahl eines Ergebnisses</translation>
    </message>
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Drop a photo here</source>
        <translation>Foto hier ablegen</translation>
    </message>
    <message>
        <source>or paste one with Ctrl+V, or open one from disk</source>
        <translation>oder eines mit Strg+V einfügen oder von der Festplatte öffnen</translation>
    </message>
    <message>
        <source>Open a photo…</source>
        <translation>Foto öffnen…</translation>
    </message>
    <message>
        <source>or start with a sample</source>
        <translation>oder mit einem Beispiel beginnen</translation>
    </message>
    <message>
        <source>Sample: {name}</source>
        <translation>Beispiel: {name}</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>RTEdit</source>
        <translation>RTEdit</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Details kopieren</translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>Filmstrip</source>
        <translation>Filmstreifen</translation>
    </message>
    <message>
        <source>The pictures on the way; Enter takes one as the result</source>
        <translation>Die Bilder auf dem Weg; die Eingabetaste nimmt eines als Ergebnis</translation>
    </message>
    <message>
        <source>Use this</source>
        <translation>Dieses nehmen</translation>
    </message>
    <message>
        <source>Take the picture that is shown as the result</source>
        <translation>Das gezeigte Bild als Ergebnis nehmen</translation>
    </message>
    <message>
        <source>{label}: click to look, double-click to use</source>
        <translation>{label}: Klick zum Ansehen, Doppelklick zum Verwenden</translation>
    </message>
</context>
<context>
    <name>HelpSide</name>
    <message>
        <source>What was asked for could not be collected.</source>
        <translation>Das Gewünschte konnte nicht zusammengestellt werden.</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Results of earlier photos</source>
        <translation>Ergebnisse früherer Fotos</translation>
    </message>
    <message>
        <source>Enter does the same on the photo that is open</source>
        <translation>Die Eingabetaste tut dasselbe mit dem geöffneten Foto</translation>
    </message>
    <message>
        <source>Of earlier photos</source>
        <translation>Von früheren Fotos</translation>
    </message>
    <message>
        <source>The photo as opened</source>
        <translation>Foto wie geöffnet</translation>
    </message>
    <message>
        <source>&amp;Same again on this photo</source>
        <translation>&amp;Auf dieses Foto anwenden</translation>
    </message>
    <message>
        <source>&amp;Copy the recipe</source>
        <translation>&amp;Rezept kopieren</translation>
    </message>
    <message>
        <source>&amp;Go back to {name}</source>
        <translation>&amp;Zurück zu {name}</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>The edit that was running is stopped, because another photo was opened.</source>
        <translation>Die laufende Bearbeitung wurde angehalten, weil ein anderes Foto geöffnet wurde.</translation>
    </message>
    <message>
        <source>The square could not be cut out of the photo.</source>
        <translation>Das Quadrat konnte nicht aus dem Foto geschnitten werden.</translation>
    </message>
</context>
<context>
    <name>KeepDialog</name>
    <message>
        <source>&amp;Title</source>
        <translation>&amp;Titel</translation>
    </message>
    <message>
        <source>Title of the preset</source>
        <translation>Titel der Vorgabe</translation>
    </message>
    <message>
        <source>&amp;Author</source>
        <translation>&amp;Urheber</translation>
    </message>
    <message>
        <source>&amp;Licence</source>
        <translation>&amp;Lizenz</translation>
    </message>
    <message>
        <source>Author of the preset</source>
        <translation>Urheber der Vorgabe</translation>
    </message>
    <message>
        <source>Licence of the preset</source>
        <translation>Lizenz der Vorgabe</translation>
    </message>
    <message>
        <source>may be left empty</source>
        <translation>darf leer bleiben</translation>
    </message>
    <message>
        <source>Written into the file, for those you give it to</source>
        <translation>Steht in der Datei, für alle, die sie bekommen</translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>Results cannot be kept for after a crash: {reason}.</source>
        <translation>Ergebnisse können nicht für den Fall eines Absturzes aufbewahrt werden: {reason}.</translation>
    </message>
    <message>
        <source>Save those that you need.</source>
        <translation>Benötigte bitte selbst speichern.</translation>
    </message>
</context>
<context>
    <name>LearnDialog</name>
    <message>
        <source>Learn as preset</source>
        <translation>Als Vorgabe lernen</translation>
    </message>
    <message>
        <source>Learn</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>“{source}” becomes “{prompt}”.</source>
        <translation>„{source}“ wird zu „{prompt}“.</translation>
    </message>
    <message>
        <source>The &amp;pictures that come with {pack}</source>
        <translation>Die &amp;Bilder, die {pack} beiliegen</translation>
    </message>
    <message>
        <source>A &amp;folder of mine</source>
        <translation>Ein eigener &amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>Choose the folder of pictures</source>
        <translation>Ordner mit Bildern wählen</translation>
    </message>
    <message>
        <source>No folder is chosen yet.</source>
        <translation>Noch ist kein Ordner gewählt.</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>Lernen von</translation>
    </message>
    <message>
        <source>Choose a folder of pictures</source>
        <translation>Einen Ordner mit Bildern wählen</translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message>
        <source>Stopping after this step…</source>
        <translation>Hält nach diesem Schritt an…</translation>
    </message>
    <message>
        <source>{n} pictures are in {folder}; the first {most} are learned from.</source>
        <translation>In {folder} sind {n} Bilder; gelernt wird von den ersten {most}.</translation>
    </message>
    <message>
        <source>Opening the pictures</source>
        <translation>Bilder werden geöffnet</translation>
    </message>
    <message>
        <source>There is no picture in {folder} that can be opened.</source>
        <translation>In {folder} ist kein Bild, das sich öffnen lässt.</translation>
    </message>
    <message>
        <source>Choose a folder with PNG or JPEG files of what the edit is for.</source>
        <translation>Einen Ordner mit PNG- oder JPEG-Dateien von dem wählen, wofür die Bearbeitung gedacht ist.</translation>
    </message>
    <message>
        <source>{folder} cannot be read.</source>
        <translation>{folder} lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Learning “{title}”</source>
        <translation>„{title}“ wird gelernt</translation>
    </message>
    <message>
        <source>Loading {what}…</source>
        <translation>{what} wird geladen…</translation>
    </message>
    <message>
        <source>Drawing the picture of “{title}”</source>
        <translation>Das Bild von „{title}“ wird gezeichnet</translation>
    </message>
    <message>
        <source>Learning “{title}” was stopped.</source>
        <translation>Das Lernen von „{title}“ wurde angehalten.</translation>
    </message>
    <message>
        <source>Getting ready to keep “{title}”…</source>
        <translation>„{title}“ wird zum Aufbewahren vorbereitet…</translation>
    </message>
</context>
<context>
    <name>LoadingStatus</name>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Loading {what}</source>
        <translation>{what} wird geladen</translation>
    </message>
</context>
<context>
    <name>LookSettings</name>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>RTEdit speaks it from the next start on.</source>
        <translation>Gilt ab dem nächsten Start von RTEdit.</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>The theme could not be remembered: {reason}.</source>
        <translation>Das Farbschema konnte nicht gemerkt werden: {reason}.</translation>
    </message>
    <message>
        <source>It holds until RTEdit is closed.</source>
        <translation>Es gilt, bis RTEdit geschlossen wird.</translation>
    </message>
    <message>
        <source>The language could not be remembered: {reason}.</source>
        <translation>Die Sprache konnte nicht gemerkt werden: {reason}.</translation>
    </message>
    <message>
        <source>It stays as it is.</source>
        <translation>Sie bleibt, wie sie ist.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>“{prompt}” was learned before: nothing had to be learned.</source>
        <translation>„{prompt}“ war schon gelernt: Es musste nichts gelernt werden.</translation>
    </message>
    <message>
        <source>RTEdit</source>
        <translation>RTEdit</translation>
    </message>
    <message>
        <source>{name}[*] – RTEdit</source>
        <translation>{name}[*] – RTEdit</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Do not save</source>
        <translation>Nicht speichern</translation>
    </message>
    <message>
        <source>RTEdit</source>
        <translation>RTEdit</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>In use on this photo</source>
        <translation>Für dieses Foto verwendet</translation>
    </message>
    <message>
        <source>This preset was deleted.</source>
        <translation>Diese Vorgabe wurde gelöscht.</translation>
    </message>
</context>
<context>
    <name>MixRow</name>
    <message>
        <source>Strength of {title} in percent</source>
        <translation>Stärke von {title} in Prozent</translation>
    </message>
    <message>
        <source>Take {title} off the photo</source>
        <translation>{title} vom Foto nehmen</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Source: its publisher&apos;s page</source>
        <translation>Quelle: die Seite des Herausgebers</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation>Ver&amp;wenden</translation>
    </message>
    <message>
        <source>Edit with this model</source>
        <translation>Mit diesem Modell bearbeiten</translation>
    </message>
    <message>
        <source>Says size, licence and source first</source>
        <translation>Nennt zuerst Größe, Lizenz und Quelle</translation>
    </message>
    <message>
        <source>I&amp;mport its file…</source>
        <translation>Datei i&amp;mportieren…</translation>
    </message>
    <message>
        <source>From a file or a download that is here already</source>
        <translation>Aus einer Datei oder etwas schon Heruntergeladenem</translation>
    </message>
    <message>
        <source>&amp;Verify</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>Read every file and compare its hash</source>
        <translation>Jede Datei lesen und ihre Prüfsumme vergleichen</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen…</translation>
    </message>
    <message>
        <source>Take it off the disk</source>
        <translation>Von der Festplatte löschen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>What is here of a download is kept</source>
        <translation>Was schon heruntergeladen ist, bleibt</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>On this disk</source>
        <translation>Auf dieser Festplatte</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Nothing by itself: other models need it to understand words</source>
        <translation>Für sich nichts: Andere Modelle brauchen es, um Wörter zu verstehen</translation>
    </message>
    <message>
        <source>, {n} × {n} pixels</source>
        <translation>, {n} × {n} Pixel</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>etwa {size}</translation>
    </message>
    <message>
        <source>about {size} for {part}</source>
        <translation>etwa {size} für {part}</translation>
    </message>
    <message>
        <source>about {size}, with {part}</source>
        <translation>etwa {size}, mit {part}</translation>
    </message>
    <message>
        <source>&amp;Download {part}…</source>
        <translation>{part} herun&amp;terladen…</translation>
    </message>
    <message>
        <source>&amp;Go on…</source>
        <translation>&amp;Fortsetzen…</translation>
    </message>
    <message>
        <source>&amp;Download…</source>
        <translation>Herun&amp;terladen…</translation>
    </message>
    <message>
        <source>I&amp;mport {part}…</source>
        <translation>{part} i&amp;mportieren…</translation>
    </message>
    <message>
        <source>&amp;Discard…</source>
        <translation>&amp;Verwerfen…</translation>
    </message>
</context>
<context>
    <name>ModelList</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
</context>
<context>
    <name>ModelSide</name>
    <message>
        <source>Show the models</source>
        <translation>Modelle zeigen</translation>
    </message>
    <message>
        <source>{title} is installed.</source>
        <translation>{title} ist installiert.</translation>
    </message>
</context>
<context>
    <name>ModelStatus</name>
    <message>
        <source>Show the models</source>
        <translation>Modelle zeigen</translation>
    </message>
    <message>
        <source> (and {n} more)</source>
        <translation> (und {n} weitere)</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>The models could not be looked at.</source>
        <translation>Die Modelle konnten nicht angesehen werden.</translation>
    </message>
    <message>
        <source>{name} was not taken.</source>
        <translation>{name} wurde nicht aufgenommen.</translation>
    </message>
    <message>
        <source>{title} could not be downloaded.</source>
        <translation>{title} konnte nicht heruntergeladen werden.</translation>
    </message>
    <message>
        <source>{title} could not be checked.</source>
        <translation>{title} konnte nicht geprüft werden.</translation>
    </message>
    <message>
        <source>{title} could not be removed.</source>
        <translation>{title} konnte nicht entfernt werden.</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen…</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Stop the import</source>
        <translation>Import anhalten</translation>
    </message>
    <message>
        <source>Import &amp;file…</source>
        <translation>&amp;Datei importieren…</translation>
    </message>
    <message>
        <source>A checkpoint, a text model or a pack; it can be dropped here too</source>
        <translation>Ein Checkpoint, ein Textmodell oder ein Modellpaket; lässt sich auch hierher ziehen</translation>
    </message>
    <message>
        <source>Import f&amp;older…</source>
        <translation>&amp;Ordner importieren…</translation>
    </message>
    <message>
        <source>A pack, or a model&apos;s folder; it can be dropped here too</source>
        <translation>Ein Modellpaket oder der Ordner eines Modells; lässt sich auch hierher ziehen</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>Modell importieren</translation>
    </message>
    <message>
        <source>Download {title}?</source>
        <translation>{title} herunterladen?</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Import {title}</source>
        <translation>{title} importieren</translation>
    </message>
    <message>
        <source>Discard what is here of {title}?</source>
        <translation>Verwerfen, was von {title} schon hier ist?</translation>
    </message>
    <message>
        <source>Remove {title}?</source>
        <translation>{title} entfernen?</translation>
    </message>
    <message>
        <source>{size} will be free again. Photos, results and presets stay.</source>
        <translation>{size} werden wieder frei. Fotos, Ergebnisse und Vorgaben bleiben.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>The one that is there is lost when it is replaced.</source>
        <translation>Was da ist, geht beim Ersetzen verloren.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>{title} is installed.</source>
        <translation>{title} ist installiert.</translation>
    </message>
    <message>
        <source>It needs {part} too: download or import that next.</source>
        <translation>Es braucht auch {part}: als Nächstes herunterladen oder importieren.</translation>
    </message>
    <message>
        <source>Download {part}…</source>
        <translation>{part} herunterladen…</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>{title} is whole.</source>
        <translation>{title} ist unversehrt.</translation>
    </message>
    <message>
        <source>{title} is removed; {size} are free again.</source>
        <translation>{title} ist entfernt; {size} sind wieder frei.</translation>
    </message>
    <message>
        <source>{used} on this disk, {free} free</source>
        <translation>{used} auf dieser Festplatte, {free} frei</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Opening {name}…</source>
        <translation>{name} wird geöffnet…</translation>
    </message>
    <message>
        <source>Saving {name}…</source>
        <translation>{name} wird gespeichert…</translation>
    </message>
    <message>
        <source>There is no picture in the clipboard. Copy one, then paste it here.</source>
        <translation>In der Zwischenablage ist kein Bild. Erst eines kopieren, dann hier einfügen.</translation>
    </message>
    <message>
        <source>{n} files came at once; {name} is opened.</source>
        <translation>{n} Dateien kamen auf einmal; geöffnet wird {name}.</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Gespeichert als {name}.</translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message>
        <source>pasted picture</source>
        <translation>eingefügtes Bild</translation>
    </message>
    <message>
        <source>Could not open {name}.</source>
        <translation>{name} konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>Could not save {name}.</source>
        <translation>{name} konnte nicht gespeichert werden.</translation>
    </message>
</context>
<context>
    <name>PlaceStatus</name>
    <message>
        <source>{width} × {height} · {zoom:.0f} %</source>
        <translation>{width} × {height} · {zoom:.0f} %</translation>
    </message>
</context>
<context>
    <name>PresetActions</name>
    <message>
        <source>Shared as {name}.</source>
        <translation>Weitergegeben als {name}.</translation>
    </message>
    <message>
        <source>“{title}” is in use already.</source>
        <translation>„{title}“ wird schon verwendet.</translation>
    </message>
    <message>
        <source>“{title}” was learned with another model than those in use; they cannot be mixed.</source>
        <translation>„{title}“ wurde mit einem anderen Modell gelernt als die verwendeten; sie lassen sich nicht mischen.</translation>
    </message>
    <message>
        <source>Open a photo first; then “{title}” can be applied to it.</source>
        <translation>Zuerst ein Foto öffnen; dann lässt sich „{title}“ darauf anwenden.</translation>
    </message>
    <message>
        <source>Something is being learned; wait for it, or stop it with Esc.</source>
        <translation>Es wird gerade gelernt; das Ende abwarten oder mit Esc anhalten.</translation>
    </message>
    <message>
        <source>“{title}” needs the model pack “{pack}”, which is not installed.</source>
        <translation>„{title}“ braucht das Modell „{pack}“, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>Get {pack}…</source>
        <translation>{pack} holen…</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>Als Vorgabe speichern</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>“{title}” is kept as a preset.</source>
        <translation>„{title}“ ist jetzt eine Vorgabe.</translation>
    </message>
    <message>
        <source>Nothing had to be learned.</source>
        <translation>Es musste nichts gelernt werden.</translation>
    </message>
    <message>
        <source>Left out, because they could not be opened: {names}.</source>
        <translation>Weggelassen, weil nicht zu öffnen: {names}.</translation>
    </message>
    <message>
        <source>“{title}” is among the presets.</source>
        <translation>„{title}“ ist unter den Vorgaben.</translation>
    </message>
    <message>
        <source>“{title}” is deleted.</source>
        <translation>„{title}“ ist gelöscht.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{n} files among the presets cannot be read.</source>
        <translation>{n} Dateien unter den Vorgaben lassen sich nicht lesen.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>{names} and {n} more</source>
        <translation>{names} und {n} weitere</translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>Strength of {title} in percent</source>
        <translation>Stärke von {title} in Prozent</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>PresetChoices</name>
    <message>
        <source>There are no presets for this model yet. Save an edit as a preset first.</source>
        <translation>Für dieses Modell gibt es noch keine Vorgaben. Zuerst eine Bearbeitung als Vorgabe speichern.</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
</context>
<context>
    <name>PresetDelegate</name>
    <message>
        <source>Title of the preset</source>
        <translation>Titel der Vorgabe</translation>
    </message>
</context>
<context>
    <name>PresetDetails</name>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeitung</translation>
    </message>
    <message>
        <source>“{source}” becomes “{prompt}”</source>
        <translation>„{source}“ wird zu „{prompt}“</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Urheber</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>one picture</source>
        <translation>ein Bild</translation>
    </message>
    <message>
        <source>{n} pictures</source>
        <translation>{n} Bilder</translation>
    </message>
    <message>
        <source>Learned on</source>
        <translation>Gelernt an</translation>
    </message>
    <message>
        <source>Direction score</source>
        <translation>Richtungswert</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Model pack</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
</context>
<context>
    <name>PresetModel</name>
    <message>
        <source>favourite</source>
        <translation>Favorit</translation>
    </message>
</context>
<context>
    <name>PresetPanel</name>
    <message>
        <source>&amp;Apply</source>
        <translation>&amp;Anwenden</translation>
    </message>
    <message>
        <source>Add to &amp;mix</source>
        <translation>Zu&amp;mischen</translation>
    </message>
    <message>
        <source>Apply it on top of those in use (Shift+Enter, Shift+double click)</source>
        <translation>Zusätzlich zu den verwendeten anwenden (Umschalt+Eingabe, Umschalt+Doppelklick)</translation>
    </message>
    <message>
        <source>Apply it to the photo (Enter, double click)</source>
        <translation>Auf das Foto anwenden (Eingabe, Doppelklick)</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Favorit</translation>
    </message>
    <message>
        <source>&amp;Share…</source>
        <translation>&amp;Weitergeben…</translation>
    </message>
    <message>
        <source>Save a copy of its file, to mail it or to keep it elsewhere</source>
        <translation>Eine Kopie der Datei speichern, zum Verschicken oder Aufheben an anderer Stelle</translation>
    </message>
    <message>
        <source>De&amp;tails…</source>
        <translation>&amp;Details…</translation>
    </message>
    <message>
        <source>What it was learned from, by whom, and on what terms it may be used</source>
        <translation>Woraus und von wem gelernt, und unter welchen Bedingungen verwendbar</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Hide the presets</source>
        <translation>Vorgaben ausblenden</translation>
    </message>
    <message>
        <source>Hide the presets (F9)</source>
        <translation>Vorgaben ausblenden (F9)</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the presets</source>
        <translation>Vorgaben durchsuchen</translation>
    </message>
    <message>
        <source>Words of the title or the prompt (Ctrl+F)</source>
        <translation>Wörter aus dem Titel oder dem Prompt (Strg+F)</translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation>Vorgaben importieren</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Add to mix</source>
        <translation>Zumischen</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More to do with the preset</source>
        <translation>Mehr zu dieser Vorgabe</translation>
    </message>
    <message>
        <source>Reading the presets…</source>
        <translation>Vorgaben werden gelesen…</translation>
    </message>
    <message>
        <source>No preset has these words in its title or prompt.</source>
        <translation>Keine Vorgabe hat diese Wörter im Titel oder im Prompt.</translation>
    </message>
    <message>
        <source>A preset is an edit that was learned once and fits any photo.

Run a prompt, then choose “Save as preset…”, or drop .rtpreset files here.</source>
        <translation>Eine Vorgabe ist eine Bearbeitung, die einmal gelernt wurde und auf jedes Foto passt.

Einen Prompt ausführen und dann „Als Vorgabe speichern…“ wählen, oder .rtpreset-Dateien hier ablegen.</translation>
    </message>
    <message>
        <source>Get {pack}…</source>
        <translation>{pack} holen…</translation>
    </message>
    <message>
        <source>Show the model that it needs</source>
        <translation>Benötigtes Modell zeigen</translation>
    </message>
    <message>
        <source>Switch and apply</source>
        <translation>Wechseln und anwenden</translation>
    </message>
    <message>
        <source>Switch to {pack}, then apply it</source>
        <translation>Zu {pack} wechseln, dann anwenden</translation>
    </message>
    <message>
        <source>needs pack {pack}</source>
        <translation>braucht Modell {pack}</translation>
    </message>
    <message>
        <source>comes with RTEdit</source>
        <translation>liegt RTEdit bei</translation>
    </message>
    <message>
        <source>your own</source>
        <translation>eigene</translation>
    </message>
</context>
<context>
    <name>PresetView</name>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Enter applies a preset, Shift+Enter adds it to those in use</source>
        <translation>Eingabe wendet eine Vorgabe an, Umschalt+Eingabe fügt sie den verwendeten hinzu</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>The presets could not be read.</source>
        <translation>Die Vorgaben konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>{name} was not taken.</source>
        <translation>{name} wurde nicht aufgenommen.</translation>
    </message>
    <message>
        <source>{name} could not be written.</source>
        <translation>{name} konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>“{title}” could not be renamed.</source>
        <translation>„{title}“ konnte nicht umbenannt werden.</translation>
    </message>
    <message>
        <source>“{title}” could not be marked.</source>
        <translation>„{title}“ konnte nicht markiert werden.</translation>
    </message>
    <message>
        <source>“{title}” could not be deleted.</source>
        <translation>„{title}“ konnte nicht gelöscht werden.</translation>
    </message>
    <message>
        <source>“{title}” could not be put back.</source>
        <translation>„{title}“ konnte nicht zurückgelegt werden.</translation>
    </message>
    <message>
        <source>There is no place for “{title}”.</source>
        <translation>Für „{title}“ ist kein Platz.</translation>
    </message>
</context>
<context>
    <name>PromptBar</name>
    <message>
        <source>Prompt: what should change</source>
        <translation>Prompt: was sich ändern soll</translation>
    </message>
    <message>
        <source>What the picture should show; Enter runs</source>
        <translation>Was das Bild zeigen soll; Eingabe führt aus</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Change the photo (Ctrl+Return)</source>
        <translation>Foto ändern (Strg+Return)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop within one step (Esc)</source>
        <translation>Innerhalb eines Schritts anhalten (Esc)</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>Four results with four seeds, to pick one (Ctrl+Shift+Return)</source>
        <translation>Vier Ergebnisse mit vier Startwerten, eines davon zum Auswählen (Strg+Umschalt+Return)</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Model pack</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>The model that makes the change</source>
        <translation>Das Modell, das die Änderung macht</translation>
    </message>
    <message>
        <source>Source text: what the picture shows now</source>
        <translation>Ausgangstext: was das Bild jetzt zeigt</translation>
    </message>
    <message>
        <source>What the picture shows now, in the pack&apos;s words</source>
        <translation>Was das Bild jetzt zeigt, in den Wörtern des Modells</translation>
    </message>
    <message>
        <source>Strength in percent</source>
        <translation>Stärke in Prozent</translation>
    </message>
    <message>
        <source>How strong the change is; a result follows without learning again</source>
        <translation>Wie stark die Änderung ist; ein Ergebnis folgt ohne neues Lernen</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed makes the same picture again</source>
        <translation>Derselbe Startwert ergibt wieder dasselbe Bild</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>Anderer Startwert</translation>
    </message>
    <message>
        <source>Another seed for the next run</source>
        <translation>Anderer Startwert für das nächste Ausführen</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>The numbers behind a run</source>
        <translation>Die Zahlen hinter dem Ausführen</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>Shows &amp;now</source>
        <translation>Zeigt &amp;jetzt</translation>
    </message>
    <message>
        <source>S&amp;trength</source>
        <translation>S&amp;tärke</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>Sta&amp;rtwert</translation>
    </message>
    <message>
        <source>More models…</source>
        <translation>Weitere Modelle…</translation>
    </message>
    <message>
        <source>What should change? For example “{example}”</source>
        <translation>Was soll sich ändern? Zum Beispiel „{example}“</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Einreihen</translation>
    </message>
    <message>
        <source>Run it when what runs now has ended (Ctrl+Return)</source>
        <translation>Ausführen, sobald das Laufende beendet ist (Strg+Return)</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>PromptHint</name>
    <message>
        <source>About the prompt</source>
        <translation>Zum Prompt</translation>
    </message>
    <message>
        <source>Write what should change, or click a suggestion.</source>
        <translation>Schreiben, was sich ändern soll, oder einen Vorschlag anklicken.</translation>
    </message>
    <message>
        <source>Open a photo, then press Enter.</source>
        <translation>Ein Foto öffnen, dann Eingabe drücken.</translation>
    </message>
    <message>
        <source>Enter changes “{source}” to “{prompt}” at once: it was learned before.</source>
        <translation>Eingabe macht aus „{source}“ sofort „{prompt}“: schon gelernt.</translation>
    </message>
    <message>
        <source>Enter changes “{source}” to “{prompt}”.</source>
        <translation>Eingabe macht aus „{source}“ „{prompt}“.</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Run what waits, one after the other</source>
        <translation>Wartendes nacheinander ausführen</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Streichen</translation>
    </message>
    <message>
        <source>Take the chosen one off the list (Del)</source>
        <translation>Gewählten Eintrag aus der Liste nehmen (Entf)</translation>
    </message>
    <message>
        <source>Drop all</source>
        <translation>Alle streichen</translation>
    </message>
    <message>
        <source>Take everything off the list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Alt+Up and Alt+Down change the order, Del drops one</source>
        <translation>Alt+Auf und Alt+Ab ändern die Reihenfolge, Entf streicht einen Eintrag</translation>
    </message>
    <message>
        <source>Drag, or Alt+Up and Alt+Down: another order; Del: drop</source>
        <translation>Ziehen oder Alt+Auf und Alt+Ab: andere Reihenfolge; Entf: streichen</translation>
    </message>
    <message>
        <source>Held back ({n})</source>
        <translation>Zurückgehalten ({n})</translation>
    </message>
    <message>
        <source>Waiting ({n})</source>
        <translation>Wartet ({n})</translation>
    </message>
    <message>
        <source>{title} · seed {seed}</source>
        <translation>{title} · Startwert {seed}</translation>
    </message>
</context>
<context>
    <name>RunSide</name>
    <message>
        <source>It was made with the model pack “{pack}”, which is not installed.</source>
        <translation>Es wurde mit dem Modell „{pack}“ gemacht, das nicht installiert ist.</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>{name} is the photo you opened.</source>
        <translation>{name} ist das geöffnete Foto.</translation>
    </message>
    <message>
        <source>Saving over it replaces the original, and it cannot be brought back.</source>
        <translation>Beim Speichern wird das Original ersetzt und lässt sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Replace the original</source>
        <translation>Original ersetzen</translation>
    </message>
    <message>
        <source>{name} exists already.</source>
        <translation>{name} gibt es schon.</translation>
    </message>
    <message>
        <source>Saving replaces what is in it.</source>
        <translation>Beim Speichern wird der Inhalt ersetzt.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>The result of “{prompt}” is not saved.</source>
        <translation>Das Ergebnis von „{prompt}“ ist nicht gespeichert.</translation>
    </message>
    <message>
        <source>Without saving, the results of this photo are gone.</source>
        <translation>Ohne Speichern sind die Ergebnisse dieses Fotos verloren.</translation>
    </message>
    <message>
        <source>Without saving, it stays under File &gt; Earlier work until newer work needs the room.</source>
        <translation>Ohne Speichern bleibt es unter Datei &gt; Frühere Arbeiten, bis neuere Arbeiten den Platz brauchen.</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Learned edits</source>
        <translation>Gelernte Bearbeitungen</translation>
    </message>
    <message>
        <source>What was learned for a prompt and a photo stays on disk, so that the same again is instant. Presets are not among them: they stay whatever you choose here.</source>
        <translation>Was für einen Prompt und ein Foto gelernt wurde, bleibt auf der Festplatte, damit dasselbe beim nächsten Mal sofort da ist. Vorgaben gehören nicht dazu: Sie bleiben, was auch immer hier gewählt wird.</translation>
    </message>
    <message>
        <source>{n} on disk, {size}</source>
        <translation>{n} auf der Festplatte, {size}</translation>
    </message>
    <message>
        <source>None on disk</source>
        <translation>Keine auf der Festplatte</translation>
    </message>
    <message>
        <source>Keep nothing</source>
        <translation>Nichts aufbewahren</translation>
    </message>
    <message>
        <source>Space for learned edits at most</source>
        <translation>Höchstens so viel Platz für gelernte Bearbeitungen</translation>
    </message>
    <message>
        <source>Remove all learned edits</source>
        <translation>Alle gelernten Bearbeitungen entfernen</translation>
    </message>
    <message>
        <source>Remove all learned edits?</source>
        <translation>Alle gelernten Bearbeitungen entfernen?</translation>
    </message>
    <message>
        <source>Photos, results and presets stay. A prompt that was instant is learned again when it is used.</source>
        <translation>Fotos, Ergebnisse und Vorgaben bleiben. Ein Prompt, der sofort da war, wird beim nächsten Verwenden neu gelernt.</translation>
    </message>
    <message>
        <source>Learned edits removed: {size} are free again.</source>
        <translation>Gelernte Bearbeitungen entfernt: {size} sind wieder frei.</translation>
    </message>
    <message>
        <source>The learned edits could not be changed: {reason}.</source>
        <translation>Die gelernten Bearbeitungen konnten nicht geändert werden: {reason}.</translation>
    </message>
    <message>
        <source>Earlier work</source>
        <translation>Frühere Arbeiten</translation>
    </message>
    <message>
        <source>Every result stays on this computer with a copy of its photo, so that nothing is lost. The oldest makes room for the newest.</source>
        <translation>Jedes Ergebnis bleibt mit einer Kopie seines Fotos auf diesem Computer, damit nichts verloren geht. Das älteste macht dem neuesten Platz.</translation>
    </message>
    <message>
        <source>Only what is open</source>
        <translation>Nur, was geöffnet ist</translation>
    </message>
    <message>
        <source>Space for earlier work at most</source>
        <translation>Höchstens so viel Platz für frühere Arbeiten</translation>
    </message>
    <message>
        <source>Remove all earlier work</source>
        <translation>Alle früheren Arbeiten entfernen</translation>
    </message>
    <message>
        <source>Remove all earlier work?</source>
        <translation>Alle früheren Arbeiten entfernen?</translation>
    </message>
    <message>
        <source>The photos themselves and what you saved stay, and so does the photo that is open.</source>
        <translation>Die Fotos selbst und alles Gespeicherte bleiben, auch das geöffnete Foto.</translation>
    </message>
    <message>
        <source>Earlier work removed: {size} are free again.</source>
        <translation>Frühere Arbeiten entfernt: {size} sind wieder frei.</translation>
    </message>
    <message>
        <source>The earlier work could not be changed: {reason}.</source>
        <translation>Die früheren Arbeiten konnten nicht geändert werden: {reason}.</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>How far the picture is noised: more changes more, keeps less</source>
        <translation>Wie weit das Bild verrauscht wird: mehr ändert mehr und bewahrt weniger</translation>
    </message>
    <message>
        <source>DDIM steps from noise to picture</source>
        <translation>DDIM-Schritte vom Rauschen zum Bild</translation>
    </message>
    <message>
        <source>How many steps the model learns at most</source>
        <translation>Wie viele Schritte das Modell höchstens lernt</translation>
    </message>
    <message>
        <source>Stochastic (fast)</source>
        <translation>Stochastisch (schnell)</translation>
    </message>
    <message>
        <source>Deterministic (DDIM inversion)</source>
        <translation>Deterministisch (DDIM-Umkehrung)</translation>
    </message>
    <message>
        <source>How the picture is turned into noise</source>
        <translation>Wie aus dem Bild Rauschen wird</translation>
    </message>
    <message>
        <source>Keep pixels the edit does not touch</source>
        <translation>Unberührte Pixel bewahren</translation>
    </message>
    <message>
        <source>Recommended values</source>
        <translation>Empfohlene Werte</translation>
    </message>
    <message>
        <source>Back to what the model pack recommends for this prompt</source>
        <translation>Zurück zu den Werten, die das Modell für diesen Prompt empfiehlt</translation>
    </message>
    <message>
        <source>&amp;Noise level t0</source>
        <translation>Rauschstufe t&amp;0</translation>
    </message>
    <message>
        <source>&amp;Decode steps</source>
        <translation>De&amp;kodierschritte</translation>
    </message>
    <message>
        <source>&amp;Learning steps</source>
        <translation>&amp;Lernschritte</translation>
    </message>
    <message>
        <source>&amp;Encoding</source>
        <translation>&amp;Kodierung</translation>
    </message>
</context>
<context>
    <name>StorageSettings</name>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen…</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>At &amp;most</source>
        <translation>&amp;Höchstens</translation>
    </message>
    <message>
        <source>&amp;Empty…</source>
        <translation>&amp;Leeren…</translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation>&amp;Ordner öffnen</translation>
    </message>
    <message>
        <source>Open the folder: {title}</source>
        <translation>Ordner öffnen: {title}</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Look whether you may write in their folder, then try again.</source>
        <translation>Nachsehen, ob in ihrem Ordner geschrieben werden darf, dann noch einmal versuchen.</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Dismiss the message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Suggestions</name>
    <message>
        <source>{prompt}, instant</source>
        <translation>{prompt}, sofort</translation>
    </message>
</context>
<context>
    <name>VariationsDialog</name>
    <message>
        <source>Variations</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>Pick one of “{title}”; the others stay among the results.</source>
        <translation>Eine Variante von „{title}“ wählen; die anderen bleiben unter den Ergebnissen.</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>Variation {n}, seed {seed}</source>
        <translation>Variante {n}, Startwert {seed}</translation>
    </message>
    <message>
        <source>Take this one ({n})</source>
        <translation>Diese nehmen ({n})</translation>
    </message>
</context>
<context>
    <name>WhichModelDialog</name>
    <message>
        <source>Import a model</source>
        <translation>Modell importieren</translation>
    </message>
    <message>
        <source>What was “{name}” trained on? The file does not say, and a wrong answer gives poor edits.</source>
        <translation>Womit wurde „{name}“ trainiert? Die Datei sagt es nicht, und eine falsche Antwort ergibt schlechte Bearbeitungen.</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
</context>
<context>
    <name>app</name>
    <message>
        <source>Something went wrong inside RTEdit.</source>
        <translation>In RTEdit ist etwas schiefgegangen.</translation>
    </message>
    <message>
        <source>The photo and the results are still here; save them, and report this with the details.</source>
        <translation>Das Foto und die Ergebnisse sind noch da: speichern und den Fehler mit den Details melden.</translation>
    </message>
</context>
<context>
    <name>batch</name>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>done before: {name}</source>
        <translation>schon erledigt: {name}</translation>
    </message>
    <message>
        <source>saved as {name}</source>
        <translation>gespeichert als {name}</translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or add them.</source>
        <translation>Fotos oder einen Ordner hier ablegen oder hinzufügen.</translation>
    </message>
    <message>
        <source>One photo</source>
        <translation>Ein Foto</translation>
    </message>
    <message>
        <source>{n} photos</source>
        <translation>{n} Fotos</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet…</translation>
    </message>
    <message>
        <source>{words} Pausing after this photo…</source>
        <translation>{words} Pause nach diesem Foto…</translation>
    </message>
    <message>
        <source>{words} Paused.</source>
        <translation>{words} Pausiert.</translation>
    </message>
    <message>
        <source>{words} Stopping after this step…</source>
        <translation>{words} Hält nach diesem Schritt an…</translation>
    </message>
    <message>
        <source>{words} Stopped; Start goes on from here.</source>
        <translation>{words} Angehalten; „Starten“ macht hier weiter.</translation>
    </message>
    <message>
        <source>Batch: {done} of {of}</source>
        <translation>Stapel: {done} von {of}</translation>
    </message>
    <message>
        <source>{words}, paused</source>
        <translation>{words}, pausiert</translation>
    </message>
    <message>
        <source>{done} of {of} photos are done.</source>
        <translation>{done} von {of} Fotos sind fertig.</translation>
    </message>
    <message>
        <source>One could not be done.</source>
        <translation>Eines war nicht möglich.</translation>
    </message>
    <message>
        <source>{n} could not be done.</source>
        <translation>{n} waren nicht möglich.</translation>
    </message>
</context>
<context>
    <name>files</name>
    <message>
        <source>Open a photo</source>
        <translation>Foto öffnen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation>Vorgaben importieren</translation>
    </message>
    <message>
        <source>Share the preset</source>
        <translation>Vorgabe weitergeben</translation>
    </message>
    <message>
        <source>RTEdit presets</source>
        <translation>RTEdit-Vorgaben</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>Ergebnis speichern</translation>
    </message>
</context>
<context>
    <name>frames</name>
    <message>
        <source>source</source>
        <translation>Ausgangsbild</translation>
    </message>
    <message>
        <source>learning {step}/{of}</source>
        <translation>Lernen {step}/{of}</translation>
    </message>
    <message>
        <source>step {step}/{of} · t {t}</source>
        <translation>{step} von {of} · t {t}</translation>
    </message>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
</context>
<context>
    <name>help</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Enter in the prompt</source>
        <translation>Eingabe im Prompt</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Hold Space on the photo</source>
        <translation>Leertaste halten, auf dem Foto</translation>
    </message>
    <message>
        <source>Show the original; drag to pan</source>
        <translation>Original zeigen; Ziehen verschiebt</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Mauszeiger zoomen</translation>
    </message>
    <message>
        <source>Left, Right on the photo</source>
        <translation>Links, Rechts auf dem Foto</translation>
    </message>
    <message>
        <source>Move the divider, or the square</source>
        <translation>Trennlinie oder Quadrat bewegen</translation>
    </message>
    <message>
        <source>Enter on a preset</source>
        <translation>Eingabe auf einer Vorgabe</translation>
    </message>
    <message>
        <source>Apply it</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Shift+Enter on a preset</source>
        <translation>Umschalt+Eingabe auf einer Vorgabe</translation>
    </message>
    <message>
        <source>Add it to those in use</source>
        <translation>Den verwendeten hinzufügen</translation>
    </message>
    <message>
        <source>F2, Del, Ctrl+B on a preset</source>
        <translation>F2, Entf, Strg+B auf einer Vorgabe</translation>
    </message>
    <message>
        <source>Rename, delete, mark as favourite</source>
        <translation>Umbenennen, löschen, als Favorit markieren</translation>
    </message>
    <message>
        <source>Alt+Enter on a preset</source>
        <translation>Alt+Eingabe auf einer Vorgabe</translation>
    </message>
    <message>
        <source>Its details</source>
        <translation>Ihre Details</translation>
    </message>
    <message>
        <source>Alt+Up, Alt+Down, Del on what waits</source>
        <translation>Alt+Auf, Alt+Ab, Entf auf Wartendem</translation>
    </message>
    <message>
        <source>Another order; drop it</source>
        <translation>Andere Reihenfolge; streichen</translation>
    </message>
    <message>
        <source>[ and ] on the photo</source>
        <translation>[ und ] auf dem Foto</translation>
    </message>
    <message>
        <source>Make the square smaller or larger</source>
        <translation>Quadrat verkleinern oder vergrößern</translation>
    </message>
</context>
<context>
    <name>models</name>
    <message>
        <source>Weights and packs</source>
        <translation>Gewichte und Modellpakete</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} s</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} min</translation>
    </message>
    <message>
        <source>{n} h {m} min</source>
        <translation>{n} h {m} min</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>nicht verwendbar</translation>
    </message>
    <message>
        <source>in use, comes with RTEdit</source>
        <translation>in Verwendung, liegt RTEdit bei</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Verwendung</translation>
    </message>
    <message>
        <source>comes with RTEdit</source>
        <translation>liegt RTEdit bei</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>installiert</translation>
    </message>
    <message>
        <source>download not finished: {here} here</source>
        <translation>Download nicht fertig: {here} hier</translation>
    </message>
    <message>
        <source>lacks its text model</source>
        <translation>ihm fehlt das Textmodell</translation>
    </message>
    <message>
        <source>not here: {size} to download</source>
        <translation>nicht hier: {size} herunterzuladen</translation>
    </message>
    <message>
        <source>not here: to be imported</source>
        <translation>nicht hier: zu importieren</translation>
    </message>
    <message>
        <source>Download it again, or remove it.</source>
        <translation>Noch einmal herunterladen oder entfernen.</translation>
    </message>
    <message>
        <source>Remove it, or import it again.</source>
        <translation>Entfernen oder noch einmal importieren.</translation>
    </message>
    <message>
        <source>{here} of about {size} are here; the download goes on from there.</source>
        <translation>{here} von etwa {size} sind hier; der Download macht dort weiter.</translation>
    </message>
    <message>
        <source>Its own files are here, but it needs {part} too, which is not here yet.</source>
        <translation>Die eigenen Dateien sind hier, aber es braucht auch {part}, und das ist noch nicht hier.</translation>
    </message>
    <message>
        <source>RTEdit cannot download it: get {files} from its source, then import the file here.</source>
        <translation>RTEdit kann es nicht herunterladen: {files} von der Quelle holen, dann die Datei hier importieren.</translation>
    </message>
    <message>
        <source>Not here; it can be downloaded, or imported from a file.</source>
        <translation>Nicht hier; lässt sich herunterladen oder aus einer Datei importieren.</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>hält an…</translation>
    </message>
    <message>
        <source>beginning…</source>
        <translation>beginnt…</translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation>wartet auf seine Reihe</translation>
    </message>
    <message>
        <source>downloading</source>
        <translation>lädt herunter</translation>
    </message>
    <message>
        <source>checking</source>
        <translation>prüft</translation>
    </message>
    <message>
        <source>converting</source>
        <translation>wandelt um</translation>
    </message>
    <message>
        <source>installing</source>
        <translation>installiert wird</translation>
    </message>
    <message>
        <source> {percent} %</source>
        <translation> {percent} %</translation>
    </message>
    <message>
        <source>Downloading {what}: {done} of {of}</source>
        <translation>{what} wird heruntergeladen: {done} von {of}</translation>
    </message>
    <message>
        <source>Downloading {what}: {done}</source>
        <translation>{what} wird heruntergeladen: {done}</translation>
    </message>
    <message>
        <source>, {speed}/s</source>
        <translation>, {speed}/s</translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation>, noch {time}</translation>
    </message>
    <message>
        <source>Size: about {size}</source>
        <translation>Größe: etwa {size}</translation>
    </message>
    <message>
        <source>From: {source}</source>
        <translation>Von: {source}</translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation>Lizenz: {licence}</translation>
    </message>
    <message>
        <source>Free on this disk: {free}</source>
        <translation>Frei auf dieser Festplatte: {free}</translation>
    </message>
    <message>
        <source>Its hash is not known yet; that of this first download is noted and holds from then on.</source>
        <translation>Die Prüfsumme ist noch nicht bekannt; die dieses ersten Downloads wird notiert und gilt von da an.</translation>
    </message>
    <message>
        <source>That does not fit: free some space first.</source>
        <translation>Das passt nicht: Zuerst Platz schaffen.</translation>
    </message>
</context>
<context>
    <name>progress</name>
    <message>
        <source>{what}: {n} of {of}</source>
        <translation>{what}: {n} von {of}</translation>
    </message>
    <message>
        <source>Stopping after this step…</source>
        <translation>Hält nach diesem Schritt an…</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet…</translation>
    </message>
    <message>
        <source>Waiting for the model…</source>
        <translation>Wartet auf das Modell…</translation>
    </message>
    <message>
        <source>Loading {what}…</source>
        <translation>{what} wird geladen…</translation>
    </message>
    <message>
        <source>Making the picture: step {n} of {of}</source>
        <translation>Bild entsteht: Schritt {n} von {of}</translation>
    </message>
    <message>
        <source>Learning: step {n} of {of}</source>
        <translation>Lernen: Schritt {n} von {of}</translation>
    </message>
    <message>
        <source>direction score {score:.2f}</source>
        <translation>Richtungswert {score:.2f}</translation>
    </message>
    <message>
        <source>less than a second left</source>
        <translation>weniger als eine Sekunde</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>noch etwa {n} s</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>noch etwa {n} min</translation>
    </message>
</context>
<context>
    <name>recipe</name>
    <message>
        <source>a step on the way</source>
        <translation>ein Schritt auf dem Weg</translation>
    </message>
    <message>
        <source>{how} · seed&#xa0;{seed}</source>
        <translation>{how} · Startwert&#xa0;{seed}</translation>
    </message>
    <message>
        <source>Model: {title}</source>
        <translation>Modell: {title}</translation>
    </message>
    <message>
        <source>Shows now: {source}</source>
        <translation>Zeigt jetzt: {source}</translation>
    </message>
    <message>
        <source>Noise level {t0}, {steps} decode steps, at most {iterations} learning steps</source>
        <translation>Rauschstufe {t0}, {steps} Dekodierschritte, höchstens {iterations} Lernschritte</translation>
    </message>
    <message>
        <source>direction score {score:.2f}</source>
        <translation>Richtungswert {score:.2f}</translation>
    </message>
    <message>
        <source>made in {seconds:.1f} s</source>
        <translation>gemacht in {seconds:.1f} s</translation>
    </message>
    <message>
        <source>{n}&#xa0;%</source>
        <translation>{n}&#xa0;%</translation>
    </message>
</context>
<context>
    <name>reopening</name>
    <message>
        <source>None of the results can be read.</source>
        <translation>Keines der Ergebnisse lässt sich lesen.</translation>
    </message>
    <message>
        <source>They were damaged on the disk.</source>
        <translation>Sie wurden auf der Festplatte beschädigt.</translation>
    </message>
    <message>
        <source>{name} is gone; this is the copy that RTEdit kept.</source>
        <translation>{name} ist nicht mehr da; das ist die Kopie, die RTEdit aufbewahrt hat.</translation>
    </message>
    <message>
        <source>{name} was changed since; this is the copy that RTEdit kept.</source>
        <translation>{name} wurde seitdem geändert; das ist die Kopie, die RTEdit aufbewahrt hat.</translation>
    </message>
    <message>
        <source>{name} is gone; this is the square of it that was worked on.</source>
        <translation>{name} ist nicht mehr da; das ist das Quadrat daraus, das bearbeitet wurde.</translation>
    </message>
</context>
<context>
    <name>sentences</name>
    <message>
        <source>Memory is full: close other programs.</source>
        <translation>Der Speicher ist voll: andere Programme schließen.</translation>
    </message>
</context>
</TS>
