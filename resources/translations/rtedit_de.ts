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
        <source>&amp;Take a photo…</source>
        <translation>Foto &amp;aufnehmen…</translation>
    </message>
    <message>
        <source>Take a photo with the camera, which is asked for first (Ctrl+Alt+T)</source>
        <translation>Ein Foto mit der Kamera aufnehmen; sie wird erst nach Nachfrage eingeschaltet (Strg+Alt+T)</translation>
    </message>
    <message>
        <source>&amp;Batch…</source>
        <translation>&amp;Stapel…</translation>
    </message>
    <message>
        <source>The same edit on many photos (Ctrl+B)</source>
        <translation>Dieselbe Bearbeitung auf viele Fotos anwenden (Strg+B)</translation>
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
        <source>Save &amp;without personal data…</source>
        <translation>Oh&amp;ne persönliche Daten speichern…</translation>
    </message>
    <message>
        <source>Leave out who, where, and with which very camera (Ctrl+Alt+S)</source>
        <translation>Weglassen, wer, wo und mit genau welcher Kamera (Strg+Alt+S)</translation>
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
        <source>&amp;Copy the picture</source>
        <translation>Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>The whole photo with the edits, to paste elsewhere (Ctrl+C)</source>
        <translation>Das ganze Foto mit den Bearbeitungen, um es anderswo einzufügen (Strg+C)</translation>
    </message>
    <message>
        <source>Re&amp;name the result…</source>
        <translation>Ergebnis &amp;umbenennen…</translation>
    </message>
    <message>
        <source>&amp;Delete the result</source>
        <translation>Ergebnis &amp;löschen</translation>
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
        <source>Limit to a &amp;region</source>
        <translation>Auf einen &amp;Bereich begrenzen</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Paint where the photo may change (Ctrl+E)</source>
        <translation>Malen, wo sich das Foto ändern darf (Strg+E)</translation>
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
        <source>&amp;Side by side</source>
        <translation>&amp;Nebeneinander</translation>
    </message>
    <message>
        <source>Film&amp;strip</source>
        <translation>&amp;Filmstreifen</translation>
    </message>
    <message>
        <source>The pictures on the way to a result, below the photo (F8)</source>
        <translation>Die Bilder auf dem Weg zu einem Ergebnis, unter dem Foto (F8)</translation>
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
        <source>Change the photo (Enter in the prompt)</source>
        <translation>Das Foto verändern (Eingabetaste im Prompt)</translation>
    </message>
    <message>
        <source>Run on the r&amp;esult</source>
        <translation>Auf das &amp;Ergebnis anwenden</translation>
    </message>
    <message>
        <source>Run the prompt on the chosen result instead of the photo (Ctrl+Return)</source>
        <translation>Den Prompt auf das gewählte Ergebnis anwenden statt auf das Foto (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>C&amp;ontinue from here</source>
        <translation>Von hier &amp;weiter</translation>
    </message>
    <message>
        <source>What comes next is done on top of the chosen result (Ctrl+J)</source>
        <translation>Das Nächste baut auf dem gewählten Ergebnis auf (Strg+J)</translation>
    </message>
    <message>
        <source>Run four &amp;variations</source>
        <translation>Vier &amp;Varianten ausführen</translation>
    </message>
    <message>
        <source>Four results of the same prompt, to pick one (Ctrl+Shift+Return)</source>
        <translation>Vier Ergebnisse desselben Prompts, um eines auszuwählen (Strg+Umschalt+Eingabe)</translation>
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
        <source>Learn from &amp;before and after…</source>
        <translation>Aus &amp;Vorher und Nachher lernen…</translation>
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
        <source>&amp;Guide</source>
        <translation>&amp;Handbuch</translation>
    </message>
    <message>
        <source>What to do, and why, at the chapter of what you are doing (F1)</source>
        <translation>Was zu tun ist und warum, beim Kapitel dessen, was gerade getan wird (F1)</translation>
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
        <source>Open re&amp;cent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
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
        <source>&amp;Forget these</source>
        <translation>Diese &amp;vergessen</translation>
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
    <name>BatchController</name>
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
        <source>Edit</source>
        <translation>Bearbeitung</translation>
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
        <source>{photos}. {missing}.</source>
        <translation>{photos}. {missing}.</translation>
    </message>
    <message>
        <source>Add photos first</source>
        <translation>Zuerst Fotos hinzufügen</translation>
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
    <name>BatchEdit</name>
    <message>
        <source>Pr&amp;esets</source>
        <translation>&amp;Vorgaben</translation>
    </message>
    <message>
        <source>A prompt of &amp;yours</source>
        <translation>Ein &amp;eigener Prompt</translation>
    </message>
    <message>
        <source>The edits of the open pho&amp;to</source>
        <translation>Die Bearbeitungen des &amp;offenen Fotos</translation>
    </message>
    <message>
        <source>{edit} then {other}</source>
        <translation>{edit} dann {other}</translation>
    </message>
    <message>
        <source>Choose a preset first</source>
        <translation>Zuerst eine Vorgabe wählen</translation>
    </message>
    <message>
        <source>Write a prompt that the model can do first</source>
        <translation>Zuerst einen Prompt schreiben, den das Modell kann</translation>
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
        <source>&amp;Replace earlier results</source>
        <translation>F&amp;rühere Ergebnisse ersetzen</translation>
    </message>
    <message>
        <source>What no batch has made is never replaced</source>
        <translation>Was nicht aus einem Stapel stammt, wird nie ersetzt</translation>
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
        <source>&amp;Write the recipe into each photo</source>
        <translation>Das Re&amp;zept in jedes Foto schreiben</translation>
    </message>
    <message>
        <source>Prompt, settings and seed, as XMP; not where personal metadata is left out</source>
        <translation>Prompt, Einstellungen und Seed, als XMP; nicht, wo persönliche Metadaten weggelassen werden</translation>
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
    <name>BatchPrompt</name>
    <message>
        <source>Prompt: what every photo should show</source>
        <translation>Prompt: was jedes Foto zeigen soll</translation>
    </message>
    <message>
        <source>Source text: what the photos show now</source>
        <translation>Ausgangstext: was die Fotos jetzt zeigen</translation>
    </message>
    <message>
        <source>Chan&amp;ge to</source>
        <translation>Ä&amp;ndern in</translation>
    </message>
    <message>
        <source>Sho&amp;w now</source>
        <translation>Jet&amp;zt zu sehen</translation>
    </message>
    <message>
        <source>For example “{example}”</source>
        <translation>Zum Beispiel „{example}“</translation>
    </message>
    <message>
        <source>It is learned on each photo anew. For many photos it is quicker to learn it once, with Presets &gt; Learn as preset, and to choose that preset here.</source>
        <translation>Er wird auf jedem Foto neu gelernt. Für viele Fotos geht es schneller, ihn einmal mit Vorgaben &gt; Als Vorgabe lernen zu lernen und hier diese Vorgabe zu wählen.</translation>
    </message>
</context>
<context>
    <name>BatchRun</name>
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
    <name>BatchStack</name>
    <message>
        <source>Each photo gets all of them, one on the other, at its largest face or in its middle.</source>
        <translation>Jedes Foto bekommt alle, eine auf der anderen, an seinem größten Gesicht oder in seiner Mitte.</translation>
    </message>
    <message>
        <source>Each photo gets all of them; edits of several faces need as many in each photo.</source>
        <translation>Jedes Foto bekommt alle; Bearbeitungen mehrerer Gesichter brauchen in jedem Foto ebenso viele.</translation>
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
    <name>CameraDialog</name>
    <message>
        <source>Take a photo</source>
        <translation>Foto aufnehmen</translation>
    </message>
    <message>
        <source>The camera is on only while this window is open, and what it sees is not kept. The photo that you take is opened like a pasted one: it is on disk only after you edited or saved it.</source>
        <translation>Die Kamera ist nur an, solange dieses Fenster offen ist, und was sie sieht, wird nicht aufbewahrt. Das aufgenommene Foto wird wie ein eingefügtes geöffnet: Auf der Festplatte liegt es erst, wenn es bearbeitet oder gespeichert wurde.</translation>
    </message>
    <message>
        <source>What the camera sees</source>
        <translation>Was die Kamera sieht</translation>
    </message>
    <message>
        <source>Turn the camera &amp;on</source>
        <translation>Kamera &amp;einschalten</translation>
    </message>
    <message>
        <source>&amp;Take the photo</source>
        <translation>&amp;Foto aufnehmen</translation>
    </message>
    <message>
        <source>The camera is being turned on…</source>
        <translation>Die Kamera wird eingeschaltet…</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Left and Right move the divider or the square, comma and period turn the square, Space shows the original, plus and minus zoom. While a region is drawn, the arrows move the brush and Enter puts it down and lifts it.</source>
        <translation>Links und Rechts bewegen die Trennlinie oder das Quadrat, Komma und Punkt drehen das Quadrat, die Leertaste zeigt das Original, Plus und Minus zoomen. Während ein Bereich gezeichnet wird, bewegen die Pfeile den Pinsel, und die Eingabetaste setzt ihn auf und hebt ihn ab.</translation>
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
    <name>CanvasController</name>
    <message>
        <source>could not be composed</source>
        <translation>konnte nicht zusammengesetzt werden</translation>
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
        <source>Make “{prompt}”; with Shift it is only written</source>
        <translation>„{prompt}“ ausführen; mit Umschalt wird es nur geschrieben</translation>
    </message>
    <message>
        <source>Make “{prompt}”: instant, because it was learned before; with Shift it is only written</source>
        <translation>„{prompt}“ ausführen: sofort, denn es wurde schon gelernt; mit Umschalt wird es nur geschrieben</translation>
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
    <name>ComputeSettings</name>
    <message>
        <source>What models run on</source>
        <translation>Worauf Modelle laufen</translation>
    </message>
    <message>
        <source>The models are not loaded yet.</source>
        <translation>Die Modelle sind noch nicht geladen.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Automatic: a graphics card where there is one</source>
        <translation>Automatisch: eine Grafikkarte, wo es eine gibt</translation>
    </message>
    <message>
        <source>The processor alone</source>
        <translation>Nur der Prozessor</translation>
    </message>
    <message>
        <source>Precision of learning</source>
        <translation>Genauigkeit beim Lernen</translation>
    </message>
    <message>
        <source>Automatic: the fastest that the device is good at</source>
        <translation>Automatisch: die schnellste, die das Gerät gut kann</translation>
    </message>
    <message>
        <source>32 bits: slower, more exact</source>
        <translation>32 Bit: langsamer, genauer</translation>
    </message>
    <message>
        <source>Text model of models for photographs</source>
        <translation>Textmodell der Modelle für Fotos</translation>
    </message>
    <message>
        <source>CLIP ViT-B/16: sees more</source>
        <translation>CLIP ViT-B/16: sieht mehr</translation>
    </message>
    <message>
        <source>CLIP ViT-B/32, where it is installed: needs less memory</source>
        <translation>CLIP ViT-B/32, wo es installiert ist: braucht weniger Speicher</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Graphics memory in use at most, in percent</source>
        <translation>Grafikspeicher, der höchstens belegt wird, in Prozent</translation>
    </message>
    <message>
        <source>Of what the card has. Where that is not enough, learning goes on in smaller steps, then on the processor, and says so.</source>
        <translation>Von dem, was die Karte hat. Wo das nicht reicht, geht das Lernen in kleineren Schritten weiter, dann auf dem Prozessor; das wird gesagt.</translation>
    </message>
    <message>
        <source>It holds from the next start on.</source>
        <translation>Es gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>&amp;Precision</source>
        <translation>Ge&amp;nauigkeit</translation>
    </message>
    <message>
        <source>Graphics &amp;memory at most</source>
        <translation>Grafik&amp;speicher höchstens</translation>
    </message>
    <message>
        <source>Te&amp;xt model</source>
        <translation>Te&amp;xtmodell</translation>
    </message>
</context>
<context>
    <name>ComputerInUse</name>
    <message>
        <source>Compute here</source>
        <translation>Hier rechnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>The setting could not be remembered.</source>
        <translation>Die Einstellung konnte nicht behalten werden.</translation>
    </message>
</context>
<context>
    <name>ComputerSettings</name>
    <message>
        <source>Where it is computed</source>
        <translation>Wo gerechnet wird</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>Rechnen auf</translation>
    </message>
    <message>
        <source>Pair with a &amp;computer…</source>
        <translation>Mit einem &amp;Computer koppeln…</translation>
    </message>
    <message>
        <source>With one on which “rtedit serve” runs, because it has a better graphics card</source>
        <translation>Mit einem, auf dem „rtedit serve“ läuft, weil er eine bessere Grafikkarte hat</translation>
    </message>
    <message>
        <source>For&amp;get it</source>
        <translation>&amp;Vergessen</translation>
    </message>
    <message>
        <source>The chosen computer is not asked any more; this one computes</source>
        <translation>Der gewählte Computer wird nicht mehr gefragt; dieser rechnet</translation>
    </message>
    <message>
        <source>Compute &amp;on</source>
        <translation>Rechnen a&amp;uf</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>The setting could not be remembered.</source>
        <translation>Die Einstellung konnte nicht behalten werden.</translation>
    </message>
</context>
<context>
    <name>ComputerStatus</name>
    <message>
        <source>{name} cannot be reached</source>
        <translation>{name} ist nicht erreichbar</translation>
    </message>
    <message>
        <source>Computed on {name}</source>
        <translation>Gerechnet auf {name}</translation>
    </message>
</context>
<context>
    <name>Correction</name>
    <message>
        <source>Use “{word}”</source>
        <translation>„{word}“ nehmen</translation>
    </message>
    <message>
        <source>In place of “{word}” ({key})</source>
        <translation>An Stelle von „{word}“ ({key})</translation>
    </message>
    <message>
        <source>Use “{nearest}” in place of “{word}”</source>
        <translation>„{nearest}“ an Stelle von „{word}“ nehmen</translation>
    </message>
</context>
<context>
    <name>DragOut</name>
    <message>
        <source>{name} could not be made.</source>
        <translation>{name} konnte nicht erzeugt werden.</translation>
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
    <name>EarlierWork</name>
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
    <name>EditorState</name>
    <message>
        <source>the square</source>
        <translation>das Quadrat</translation>
    </message>
    <message>
        <source>the region</source>
        <translation>der Bereich</translation>
    </message>
    <message>
        <source>the strength</source>
        <translation>die Stärke</translation>
    </message>
    <message>
        <source>to continue from a result</source>
        <translation>das Weitermachen von einem Ergebnis</translation>
    </message>
    <message>
        <source>the choice of a result</source>
        <translation>die Wahl eines Ergebnisses</translation>
    </message>
    <message>
        <source>the name of a result</source>
        <translation>der Name eines Ergebnisses</translation>
    </message>
    <message>
        <source>a result deleted</source>
        <translation>ein gelöschtes Ergebnis</translation>
    </message>
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Drop a photo here</source>
        <translation>Foto hier ablegen</translation>
    </message>
    <message>
        <source>It stays on this computer.</source>
        <translation>Es bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Open a photo…</source>
        <translation>Foto öffnen…</translation>
    </message>
    <message>
        <source>Paste one</source>
        <translation>Eines einfügen</translation>
    </message>
    <message>
        <source>The picture in the clipboard (Ctrl+V)</source>
        <translation>Das Bild in der Zwischenablage (Strg+V)</translation>
    </message>
    <message>
        <source>Take one…</source>
        <translation>Eines aufnehmen…</translation>
    </message>
    <message>
        <source>With the camera, which is asked for first (Ctrl+Alt+T)</source>
        <translation>Mit der Kamera; sie wird erst nach Nachfrage eingeschaltet (Strg+Alt+T)</translation>
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
    <name>FaceController</name>
    <message>
        <source>No face was found: drag the square to where it belongs.</source>
        <translation>Kein Gesicht gefunden: das Quadrat an die richtige Stelle ziehen.</translation>
    </message>
    <message>
        <source>{n} faces were found. Click the one to edit.</source>
        <translation>{n} Gesichter gefunden. Das zu bearbeitende anklicken.</translation>
    </message>
    <message>
        <source>Next face</source>
        <translation>Nächstes Gesicht</translation>
    </message>
    <message>
        <source>The faces could not be looked for.</source>
        <translation>Nach Gesichtern konnte nicht gesucht werden.</translation>
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
        <source>The pictures on the way to a result come here.</source>
        <translation>Hier stehen die Bilder auf dem Weg zu einem Ergebnis.</translation>
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
    <name>FitController</name>
    <message>
        <source>For {domain} there is {title}.</source>
        <translation>Dafür gibt es {title} ({domain}).</translation>
    </message>
    <message>
        <source>Use {title}</source>
        <translation>{title} verwenden</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>Modelle zeigen</translation>
    </message>
</context>
<context>
    <name>GuideDialog</name>
    <message>
        <source>Guide</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>Kapitel</translation>
    </message>
    <message>
        <source>Text of the chapter</source>
        <translation>Text des Kapitels</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
</context>
<context>
    <name>HelpController</name>
    <message>
        <source>What was asked for could not be collected.</source>
        <translation>Das Gewünschte konnte nicht zusammengestellt werden.</translation>
    </message>
</context>
<context>
    <name>HistoryController</name>
    <message>
        <source>Rename the result</source>
        <translation>Ergebnis umbenennen</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>“{title}” is deleted.</source>
        <translation>„{title}“ ist gelöscht.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>F2 renames a result, Del deletes it; dragged out it is a file</source>
        <translation>F2 benennt ein Ergebnis um, Entf löscht es; hinausgezogen ist es eine Datei</translation>
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
    <name>JobController</name>
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
    <name>JournalWriter</name>
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
    <name>LazyText</name>
    <message>
        <source>“{format}” is not a format.</source>
        <translation>„{format}“ ist kein Format.</translation>
    </message>
    <message>
        <source>Choose {choices}.</source>
        <translation>Zur Wahl stehen {choices}.</translation>
    </message>
    <message>
        <source>“{{{name}}}” is not known in a name.</source>
        <translation>„{{{name}}}“ ist in einem Namen nicht bekannt.</translation>
    </message>
    <message>
        <source>There are {fields}.</source>
        <translation>Es gibt {fields}.</translation>
    </message>
    <message>
        <source>A brace is left over in the name “{shown}”.</source>
        <translation>Im Namen „{shown}“ ist eine geschweifte Klammer übrig.</translation>
    </message>
    <message>
        <source>The name “{shown}” has characters that names of files cannot have.</source>
        <translation>Der Name „{shown}“ hat Zeichen, die in Dateinamen nicht vorkommen dürfen.</translation>
    </message>
    <message>
        <source>Leave out / \ &lt; &gt; : &quot; | ? and *; folders are chosen apart.</source>
        <translation>/ \ &lt; &gt; : ? * | und Anführungszeichen weglassen; Ordner werden getrennt gewählt.</translation>
    </message>
    <message>
        <source>“{shown}” is not a name for a file.</source>
        <translation>„{shown}“ ist kein Name für eine Datei.</translation>
    </message>
    <message>
        <source>Write one like {usual}.</source>
        <translation>Einen wie {usual} schreiben.</translation>
    </message>
    <message>
        <source>Could not save {name}: that is one of the photos, and photos are never replaced.</source>
        <translation>{name} konnte nicht gespeichert werden: Das ist eines der Fotos, und Fotos werden nie ersetzt.</translation>
    </message>
    <message>
        <source>Choose another folder or other names.</source>
        <translation>Einen anderen Ordner oder andere Namen wählen.</translation>
    </message>
    <message>
        <source>Could not open {name}: {reason}.</source>
        <translation>{name} konnte nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>Look where it is.</source>
        <translation>Nachsehen, wo es ist.</translation>
    </message>
    <message>
        <source>The preset {name} cannot be read: {reason}.</source>
        <translation>Die Vorgabe {name} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Put it back, or choose another one.</source>
        <translation>Zurücklegen oder eine andere wählen.</translation>
    </message>
    <message>
        <source>There is no batch to go on with in {folder}.</source>
        <translation>In {folder} gibt es keinen Stapel, mit dem es weiterginge.</translation>
    </message>
    <message>
        <source>Say which photos, and what to do with them.</source>
        <translation>Angeben, welche Fotos und was mit ihnen geschehen soll.</translation>
    </message>
    <message>
        <source>Another batch is writing to {folder}.</source>
        <translation>Ein anderer Stapel schreibt gerade nach {folder}.</translation>
    </message>
    <message>
        <source>Wait for its end, or choose another folder.</source>
        <translation>Sein Ende abwarten oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>What the batch has done could not be noted: {reason}.</source>
        <translation>Was der Stapel getan hat, konnte nicht notiert werden: {reason}.</translation>
    </message>
    <message>
        <source>Look whether {folder} can be written to.</source>
        <translation>Nachsehen, ob in {folder} geschrieben werden kann.</translation>
    </message>
    <message>
        <source>Could not edit {name}: an unexpected error ({kind}).</source>
        <translation>{name} konnte nicht bearbeitet werden: ein unerwarteter Fehler ({kind}).</translation>
    </message>
    <message>
        <source>Try it alone.</source>
        <translation>Einzeln versuchen.</translation>
    </message>
    <message>
        <source>Could not save {name}: there is a file of that name already.</source>
        <translation>{name} konnte nicht gespeichert werden: Eine Datei dieses Namens gibt es schon.</translation>
    </message>
    <message>
        <source>Choose another folder or other names, or let earlier results be replaced.</source>
        <translation>Einen anderen Ordner oder andere Namen wählen oder frühere Ergebnisse ersetzen lassen.</translation>
    </message>
    <message>
        <source>Could not save {name}: what is there was made by no batch.</source>
        <translation>{name} konnte nicht gespeichert werden: Was dort liegt, stammt aus keinem Stapel.</translation>
    </message>
    <message>
        <source>Choose another folder or other names; only results of a batch are replaced.</source>
        <translation>Einen anderen Ordner oder andere Namen wählen; ersetzt werden nur Ergebnisse eines Stapels.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be made: {reason}.</source>
        <translation>Der Ordner {folder} lässt sich nicht anlegen: {reason}.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to.</source>
        <translation>In den Ordner {folder} lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>No face was found in the photo, and this is an edit of a face.</source>
        <translation>Im Foto wurde kein Gesicht gefunden, und dies ist eine Bearbeitung eines Gesichts.</translation>
    </message>
    <message>
        <source>Place the square on the face by hand, or choose an edit of the whole photo.</source>
        <translation>Das Quadrat von Hand auf das Gesicht legen oder eine Bearbeitung des ganzen Fotos wählen.</translation>
    </message>
    <message>
        <source>{what} {todo}</source>
        <translation>{what} {todo}</translation>
    </message>
    <message>
        <source>No face was found; the middle of the picture was used.</source>
        <translation>Kein Gesicht gefunden; die Mitte des Bilds wurde verwendet.</translation>
    </message>
    <message>
        <source>There are {n} faces; the largest was used.</source>
        <translation>Es gibt {n} Gesichter; das größte wurde verwendet.</translation>
    </message>
    <message>
        <source>The libraries that run the model could not be loaded: {reason}.</source>
        <translation>Die Bibliotheken, mit denen das Modell läuft, konnten nicht geladen werden: {reason}.</translation>
    </message>
    <message>
        <source>Close other programs if memory is short; otherwise install RTEdit again.</source>
        <translation>Andere Programme schließen, wenn der Speicher knapp ist; sonst RTEdit neu installieren.</translation>
    </message>
    <message>
        <source>The network settings cannot be read.</source>
        <translation>Die Netzwerkeinstellungen lassen sich nicht lesen.</translation>
    </message>
    <message>
        <source>The proxy is not an address.</source>
        <translation>Der Proxy ist keine Adresse.</translation>
    </message>
    <message>
        <source>Write it like http://proxy.example:8080, or {direct} for none.</source>
        <translation>So schreiben: http://proxy.example:8080, oder {direct} für keinen.</translation>
    </message>
    <message>
        <source>The mirror is not a secure address.</source>
        <translation>Der Spiegelserver ist keine sichere Adresse.</translation>
    </message>
    <message>
        <source>Write it like https://mirror.example.</source>
        <translation>So schreiben: https://mirror.example.</translation>
    </message>
    <message>
        <source>Repair or remove the file {file}.</source>
        <translation>Die Datei {file} reparieren oder entfernen.</translation>
    </message>
    <message>
        <source>What there was lies in {file}. Choose proxy and mirror in the settings again, or remove that file.</source>
        <translation>Was da war, liegt jetzt in {file}. Proxy und Spiegelserver in den Einstellungen neu wählen oder diese Datei entfernen.</translation>
    </message>
    <message>
        <source>Check the free space.</source>
        <translation>Den freien Platz prüfen.</translation>
    </message>
    <message>
        <source>The network settings could not be saved: {reason}.</source>
        <translation>Die Netzwerkeinstellungen konnten nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>{title} cannot do that yet.</source>
        <translation>{title} kann das noch nicht.</translation>
    </message>
    <message>
        <source>There is no prompt yet.</source>
        <translation>Es gibt noch keinen Prompt.</translation>
    </message>
    <message>
        <source>Write what should change, for example “{example}”.</source>
        <translation>Schreiben, was sich ändern soll, zum Beispiel „{example}“.</translation>
    </message>
    <message>
        <source>The prompt does not say what should change.</source>
        <translation>Der Prompt sagt nicht, was sich ändern soll.</translation>
    </message>
    <message>
        <source>Or teach it with pictures before and after the edit (Presets &gt; Learn from before and after…), or choose a larger model.</source>
        <translation>Oder es mit Bildern vorher und nachher anlernen (Vorgaben &gt; Aus Vorher und Nachher lernen…) oder ein größeres Modell wählen.</translation>
    </message>
    <message>
        <source>Its edits add something and take nothing away, for example: {examples}. {learn}</source>
        <translation>Seine Änderungen fügen etwas hinzu und nehmen nichts weg, zum Beispiel: {examples}. {learn}</translation>
    </message>
    <message>
        <source>It can do, for example: {examples}. {learn}</source>
        <translation>Es kann zum Beispiel: {examples}. {learn}</translation>
    </message>
    <message>
        <source>The source text is empty.</source>
        <translation>Der Ausgangstext ist leer.</translation>
    </message>
    <message>
        <source>Say what the picture shows now, usually “{source}”.</source>
        <translation>Angeben, was das Bild jetzt zeigt, meist „{source}“.</translation>
    </message>
    <message>
        <source>The prompt has no words in it.</source>
        <translation>Der Prompt enthält keine Wörter.</translation>
    </message>
    <message>
        <source>Try a prompt like “{example}”.</source>
        <translation>Einen Prompt wie „{example}“ versuchen.</translation>
    </message>
    <message>
        <source>The source text has no words in it.</source>
        <translation>Der Ausgangstext enthält keine Wörter.</translation>
    </message>
    <message>
        <source>The prompt says the same as the source text, so there is nothing to change.</source>
        <translation>Der Prompt sagt dasselbe wie der Ausgangstext, also gibt es nichts zu ändern.</translation>
    </message>
    <message>
        <source>Write what should be different, for example “{example}”.</source>
        <translation>Schreiben, was anders sein soll, zum Beispiel „{example}“.</translation>
    </message>
    <message>
        <source>{title} does not know {words}.</source>
        <translation>{title} kennt {words} nicht.</translation>
    </message>
    <message>
        <source>It knows words like “{example}”; try one of the suggestions.</source>
        <translation>Bekannt sind Wörter wie „{example}“; einen der Vorschläge versuchen.</translation>
    </message>
    <message>
        <source>{title} does not know {words}, which is in the source text.</source>
        <translation>{title} kennt {words} aus dem Ausgangstext nicht.</translation>
    </message>
    <message>
        <source>Say what the picture shows now in words that it knows, usually “{source}”.</source>
        <translation>Mit bekannten Wörtern angeben, was das Bild jetzt zeigt, meist „{source}“.</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>source text</source>
        <translation>Ausgangstext</translation>
    </message>
    <message>
        <source>The {name} has {n} words, and {title} reads {most_words} at most.</source>
        <translation>Der {name} hat {n} Wörter, und {title} liest höchstens {most_words}.</translation>
    </message>
    <message>
        <source>Say it in fewer words.</source>
        <translation>Mit weniger Wörtern sagen.</translation>
    </message>
    <message>
        <source>Did you mean {words}?</source>
        <translation>Meinten Sie {words}?</translation>
    </message>
    <message>
        <source>“{word}”</source>
        <translation>„{word}“</translation>
    </message>
    <message>
        <source>{words} and {n} more words</source>
        <translation>{words} und {n} weitere Wörter</translation>
    </message>
    <message>
        <source>{words} and one more word</source>
        <translation>{words} und noch ein Wort</translation>
    </message>
    <message>
        <source>RTEdit&apos;s own files are missing.</source>
        <translation>Die eigenen Dateien von RTEdit fehlen.</translation>
    </message>
    <message>
        <source>The guide is missing.</source>
        <translation>Das Handbuch fehlt.</translation>
    </message>
    <message>
        <source>Install RTEdit again.</source>
        <translation>RTEdit neu installieren.</translation>
    </message>
    <message>
        <source>“{encoding}” is not a way to encode a picture.</source>
        <translation>„{encoding}“ ist keine Art, ein Bild zu kodieren.</translation>
    </message>
    <message>
        <source>Choose stochastic or deterministic.</source>
        <translation>Stochastisch oder deterministisch wählen.</translation>
    </message>
    <message>
        <source>“{blending}” is not a way to put an edit back into a picture.</source>
        <translation>„{blending}“ ist keine Art, eine Änderung in ein Bild zurückzusetzen.</translation>
    </message>
    <message>
        <source>Choose auto, opaque, tonal or whole.</source>
        <translation>auto, opaque, tonal oder whole wählen.</translation>
    </message>
    <message>
        <source>“{part}” is not a part of the model that could be learned.</source>
        <translation>„{part}“ ist kein Teil des Modells, der gelernt werden kann.</translation>
    </message>
    <message>
        <source>Choose all or up.</source>
        <translation>all oder up wählen.</translation>
    </message>
    <message>
        <source>{name} is {value}, which is out of range.</source>
        <translation>{name} ist {value} und damit außerhalb des Bereichs.</translation>
    </message>
    <message>
        <source>Give {name} a value from {low} to {high}.</source>
        <translation>Für {name} einen Wert von {low} bis {high} angeben.</translation>
    </message>
    <message>
        <source>The graphics card is not used, because the installed torch cannot compute on it: the processor does the work. A newer driver, or a torch that was built for this card, may help.</source>
        <translation>Die Grafikkarte wird nicht verwendet, weil das installierte torch auf ihr nicht rechnen kann: Der Prozessor übernimmt die Arbeit. Ein neuerer Treiber oder ein torch, das für diese Karte gebaut wurde, kann helfen.</translation>
    </message>
    <message>
        <source>The computer ran out of memory while working on the picture.</source>
        <translation>Beim Bearbeiten des Bilds ging dem Computer der Speicher aus.</translation>
    </message>
    <message>
        <source>Close other programs and run the edit again; the picture and the history are kept.</source>
        <translation>Andere Programme schließen und noch einmal ausführen; Bild und Verlauf bleiben erhalten.</translation>
    </message>
    <message>
        <source>The model&apos;s numbers ran away while it was learning.</source>
        <translation>Beim Lernen sind die Zahlen des Modells davongelaufen.</translation>
    </message>
    <message>
        <source>Try a smaller learning rate or another seed.</source>
        <translation>Eine kleinere Lernrate oder einen anderen Startwert versuchen.</translation>
    </message>
    <message>
        <source>The prompt means the same as the source text to this model.</source>
        <translation>Der Prompt bedeutet für dieses Modell dasselbe wie der Ausgangstext.</translation>
    </message>
    <message>
        <source>Memory is short: learning goes on with one noise draw at a time.</source>
        <translation>Der Speicher ist knapp: Gelernt wird mit einem Rauschmuster auf einmal weiter.</translation>
    </message>
    <message>
        <source>Memory is short: learning goes on with one picture at a time.</source>
        <translation>Der Speicher ist knapp: Gelernt wird mit einem Bild auf einmal weiter.</translation>
    </message>
    <message>
        <source>Memory is very short: learning goes on in a slower way that needs less of it.</source>
        <translation>Der Speicher ist sehr knapp: Gelernt wird langsamer weiter, mit weniger Speicher.</translation>
    </message>
    <message>
        <source>checking the files</source>
        <translation>prüft die Dateien</translation>
    </message>
    <message>
        <source>the image model</source>
        <translation>Bildmodell</translation>
    </message>
    <message>
        <source>the text model</source>
        <translation>Textmodell</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>{title} has no text model, so it learns nothing from words.</source>
        <translation>{title} hat kein Textmodell und lernt daher nichts aus Worten.</translation>
    </message>
    <message>
        <source>Teach it with pictures before and after the edit, or choose a larger model.</source>
        <translation>Es mit Bildern vorher und nachher anlernen oder ein größeres Modell wählen.</translation>
    </message>
    <message>
        <source>{title} has no pictures of its own to learn on.</source>
        <translation>{title} hat keine eigenen Bilder zum Lernen.</translation>
    </message>
    <message>
        <source>Choose a folder of pictures to learn from.</source>
        <translation>Einen Ordner mit Bildern zum Lernen wählen.</translation>
    </message>
    <message>
        <source>Install the pack again.</source>
        <translation>Das Modell neu installieren.</translation>
    </message>
    <message>
        <source>The pictures of the pack {title} are damaged.</source>
        <translation>Die Bilder des Modells {title} sind beschädigt.</translation>
    </message>
    <message>
        <source>The weights of {title} do not fit the model its manifest describes.</source>
        <translation>Die Gewichte von {title} passen nicht zu dem Modell, das sein Manifest beschreibt.</translation>
    </message>
    <message>
        <source>No preset was chosen.</source>
        <translation>Keine Vorgabe wurde gewählt.</translation>
    </message>
    <message>
        <source>Choose at least one preset.</source>
        <translation>Mindestens eine Vorgabe wählen.</translation>
    </message>
    <message>
        <source>The strength of a preset is {strength:g}, which is out of range.</source>
        <translation>Die Stärke einer Vorgabe ist {strength:g} und damit außerhalb des Bereichs.</translation>
    </message>
    <message>
        <source>Give it a value from 0 to {max_strength:g}.</source>
        <translation>Einen Wert von 0 bis {max_strength:g} angeben.</translation>
    </message>
    <message>
        <source>The graphics card&apos;s memory is full: from now on the processor does the work, which takes longer.</source>
        <translation>Der Speicher der Grafikkarte ist voll: Ab jetzt rechnet der Prozessor, was länger dauert.</translation>
    </message>
    <message>
        <source>These are several edits, each with its own preset, and one preset cannot hold them.</source>
        <translation>Das sind mehrere Bearbeitungen, jede mit eigener Vorgabe, und eine Vorgabe kann sie nicht zusammen enthalten.</translation>
    </message>
    <message>
        <source>Use their presets together, or keep them one by one.</source>
        <translation>Die Vorgaben zusammen anwenden oder einzeln behalten.</translation>
    </message>
    <message>
        <source>{title}: {what}</source>
        <translation>{title}: {what}</translation>
    </message>
    <message>
        <source>{title} works with {part}, which sees less than the text model it was made for.</source>
        <translation>{title} arbeitet mit {part}, das weniger sieht als das Textmodell, für das es gemacht ist.</translation>
    </message>
    <message>
        <source>t0 is {t0}, which {title} was not trained for.</source>
        <translation>t0 ist {t0}, und dafür wurde {title} nicht trainiert.</translation>
    </message>
    <message>
        <source>Give t0 a value below {timesteps}.</source>
        <translation>Für t0 einen Wert unter {timesteps} angeben.</translation>
    </message>
    <message>
        <source>Another window of RTEdit has this photo&apos;s work open.</source>
        <translation>Ein anderes Fenster von RTEdit hat die Arbeit an diesem Foto geöffnet.</translation>
    </message>
    <message>
        <source>Close it there first.</source>
        <translation>Dort zuerst schließen.</translation>
    </message>
    <message>
        <source>This work is not there any more.</source>
        <translation>Diese Arbeit ist nicht mehr da.</translation>
    </message>
    <message>
        <source>It made room for newer work, or was removed.</source>
        <translation>Sie hat neueren Arbeiten Platz gemacht oder wurde entfernt.</translation>
    </message>
    <message>
        <source>{damaged} of {n} results are damaged and were left out.</source>
        <translation>{damaged} von {n} Ergebnissen sind beschädigt und wurden weggelassen.</translation>
    </message>
    <message>
        <source>This is not the name of a work.</source>
        <translation>Das ist nicht der Name einer Arbeit.</translation>
    </message>
    <message>
        <source>it is a raw photo, of which only a small preview could be read.</source>
        <translation>es ist ein Rohdatenfoto, von dem nur eine kleine Vorschau gelesen werden könnte.</translation>
    </message>
    <message>
        <source>Develop it in a raw converter and open what that saves as TIFF or JPEG.</source>
        <translation>In einem Raw-Konverter entwickeln und öffnen, was dieser als TIFF oder JPEG speichert.</translation>
    </message>
    <message>
        <source>the file is damaged, ends too early, or is of a kind that is not supported.</source>
        <translation>die Datei ist beschädigt, endet zu früh oder ist von einer Art, die nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>Export it as JPEG or PNG first, or install RTEdit with its extra “heic”: see Troubleshooting in the guide.</source>
        <translation>Zuerst als JPEG oder PNG exportieren, oder RTEdit mit dem Zusatz „heic“ installieren: siehe „Troubleshooting“ im Handbuch.</translation>
    </message>
    <message>
        <source>it is a JPEG of a kind that is not read here ({kind}).</source>
        <translation>es ist ein JPEG einer Art, die hier nicht gelesen wird ({kind}).</translation>
    </message>
    <message>
        <source>Save it in another program as PNG, or as an ordinary JPEG.</source>
        <translation>Es in einem anderen Programm als PNG oder als gewöhnliches JPEG speichern.</translation>
    </message>
    <message>
        <source>it is a picture out of an app for Apple&apos;s phones, which is no PNG any more.</source>
        <translation>es ist ein Bild aus einer App für Apples Telefone und kein PNG mehr.</translation>
    </message>
    <message>
        <source>Save it in another program as PNG.</source>
        <translation>Es in einem anderen Programm als PNG speichern.</translation>
    </message>
    <message>
        <source>Its brightness goes beyond that of a screen (HDR), so its colours are approximate.</source>
        <translation>Die Helligkeit geht über die eines Bildschirms hinaus (HDR), daher sind die Farben nur ungefähr.</translation>
    </message>
    <message>
        <source>it is a TIFF of a kind that is not read here ({kind}).</source>
        <translation>es ist ein TIFF einer Art, die hier nicht gelesen wird ({kind}).</translation>
    </message>
    <message>
        <source>it is damaged, or a TIFF of a kind that is not read here ({kind}).</source>
        <translation>es ist beschädigt oder ein TIFF einer Art, die hier nicht gelesen wird ({kind}).</translation>
    </message>
    <message>
        <source>Save it in another program as PNG, or as TIFF with 8 or 16 bits per channel.</source>
        <translation>Es in einem anderen Programm als PNG oder als TIFF mit 8 oder 16 Bit je Kanal speichern.</translation>
    </message>
    <message>
        <source>Its Lab colours are shown, and saved, as sRGB.</source>
        <translation>Seine Lab-Farben werden als sRGB gezeigt und gespeichert.</translation>
    </message>
    <message>
        <source>Its numbers with fractions are read from 0, black, to 1, white, and saved as whole ones.</source>
        <translation>Seine Bruchzahlen werden von 0 (Schwarz) bis 1 (Weiß) gelesen und als ganze Zahlen gespeichert.</translation>
    </message>
    <message>
        <source>What is darker than black or brighter than white is cut off.</source>
        <translation>Was dunkler als Schwarz oder heller als Weiß ist, wird abgeschnitten.</translation>
    </message>
    <message>
        <source>its values are no plain numbers from dark to bright and have no agreed brightness on a screen.</source>
        <translation>Die Werte darin sind keine einfachen Zahlen von dunkel bis hell; wie hell sie auf einem Bildschirm sind, ist nicht vereinbart.</translation>
    </message>
    <message>
        <source>it is damaged, or a bitmap of a kind that is not read here ({kind}).</source>
        <translation>es ist beschädigt oder eine Bitmap einer Art, die hier nicht gelesen wird ({kind}).</translation>
    </message>
    <message>
        <source>The EXIF data is damaged and will not be kept.</source>
        <translation>Die EXIF-Daten sind beschädigt und werden nicht übernommen.</translation>
    </message>
    <message>
        <source>The colour profile cannot be used, so the colours are taken as sRGB.</source>
        <translation>Das Farbprofil ist nicht verwendbar, daher gelten die Farben als sRGB.</translation>
    </message>
    <message>
        <source>CMYK colours without a usable profile are shown approximately.</source>
        <translation>CMYK-Farben ohne brauchbares Profil werden ungefähr gezeigt.</translation>
    </message>
    <message>
        <source>The colour profile leads to the screen only and not back, so results are saved in sRGB.</source>
        <translation>Das Farbprofil führt nur zum Bildschirm und nicht zurück, daher werden Ergebnisse in sRGB gespeichert.</translation>
    </message>
    <message>
        <source>The first of more than {count} frames is used.</source>
        <translation>Das erste von mehr als {count} Bildern wird verwendet.</translation>
    </message>
    <message>
        <source>The video behind the photo is not in what is saved.</source>
        <translation>Das Video hinter dem Foto ist nicht in dem, was gespeichert wird.</translation>
    </message>
    <message>
        <source>The HDR gain map is not in what is saved.</source>
        <translation>Die HDR-Gain-Map ist nicht in dem, was gespeichert wird.</translation>
    </message>
    <message>
        <source>The other pictures in the file are not in what is saved.</source>
        <translation>Die weiteren Bilder in der Datei sind im Gespeicherten nicht enthalten.</translation>
    </message>
    <message>
        <source>The layers are not in what is saved, only the picture of them all.</source>
        <translation>Die Ebenen sind nicht in dem, was gespeichert wird, nur das Bild aus allen.</translation>
    </message>
    <message>
        <source>The content credentials speak of the photo as it is, so they are not in what is saved.</source>
        <translation>Die Inhaltsnachweise (Content Credentials) gelten dem Foto, wie es ist, und sind nicht in dem, was gespeichert wird.</translation>
    </message>
    <message>
        <source>Metadata beyond {size} MiB is left out.</source>
        <translation>Metadaten über {size} MiB hinaus werden weggelassen.</translation>
    </message>
    <message>
        <source>Damaged metadata is left out.</source>
        <translation>Beschädigte Metadaten werden weggelassen.</translation>
    </message>
    <message>
        <source>pixels of the kind {mode} have no agreed brightness on a screen.</source>
        <translation>Für Pixel der Art {mode} gibt es keine festgelegte Helligkeit auf einem Bildschirm.</translation>
    </message>
    <message>
        <source>Convert it to 8 or 16 bits per channel in another program first.</source>
        <translation>Zuerst in einem anderen Programm in 8 oder 16 Bit pro Kanal umwandeln.</translation>
    </message>
    <message>
        <source>The result does not belong to this picture.</source>
        <translation>Das Ergebnis gehört nicht zu diesem Bild.</translation>
    </message>
    <message>
        <source>Run the edit again.</source>
        <translation>Die Bearbeitung noch einmal ausführen.</translation>
    </message>
    <message>
        <source>The mask is not a picture in greys.</source>
        <translation>Die Maske ist kein Graustufenbild.</translation>
    </message>
    <message>
        <source>Save it as a greyscale picture.</source>
        <translation>Als Graustufenbild speichern.</translation>
    </message>
    <message>
        <source>The mask has {across} × {down} pixels and the picture {width} × {height}.</source>
        <translation>Die Maske hat {across} × {down} Pixel und das Bild {width} × {height}.</translation>
    </message>
    <message>
        <source>Make a mask of the picture&apos;s own size.</source>
        <translation>Eine Maske in der Größe des Bilds anlegen.</translation>
    </message>
    <message>
        <source>The middle of the square is not inside the picture.</source>
        <translation>Die Mitte des Quadrats liegt nicht im Bild.</translation>
    </message>
    <message>
        <source>Move it into the picture.</source>
        <translation>In das Bild bewegen.</translation>
    </message>
    <message>
        <source>The square is more than four times as large as the picture.</source>
        <translation>Das Quadrat ist mehr als viermal so groß wie das Bild.</translation>
    </message>
    <message>
        <source>Make it smaller.</source>
        <translation>Verkleinern.</translation>
    </message>
    <message>
        <source>The square is not inside the picture.</source>
        <translation>Das Quadrat liegt nicht im Bild.</translation>
    </message>
    <message>
        <source>Move it or make it smaller.</source>
        <translation>Bewegen oder verkleinern.</translation>
    </message>
    <message>
        <source>Faces cannot be looked for: the part of RTEdit that finds them is missing.</source>
        <translation>Nach Gesichtern kann nicht gesucht werden: Der Teil von RTEdit, der sie findet, fehlt.</translation>
    </message>
    <message>
        <source>Install RTEdit again; until then place the square by hand.</source>
        <translation>RTEdit neu installieren; bis dahin das Quadrat von Hand setzen.</translation>
    </message>
    <message>
        <source>Open a PNG, JPEG, WebP, TIFF, GIF or BMP file.</source>
        <translation>Eine PNG-, JPEG-, WebP-, TIFF-, GIF- oder BMP-Datei öffnen.</translation>
    </message>
    <message>
        <source>Could not open {name}: {what}</source>
        <translation>{name} konnte nicht geöffnet werden: {what}</translation>
    </message>
    <message>
        <source>Could not open {name}: there is not enough memory for it.</source>
        <translation>{name} konnte nicht geöffnet werden: Dafür reicht der Speicher nicht.</translation>
    </message>
    <message>
        <source>Close other programs or make it smaller.</source>
        <translation>Andere Programme schließen oder das Bild verkleinern.</translation>
    </message>
    <message>
        <source>Could not use {name}: it is not an 8-bit colour picture.</source>
        <translation>{name} ist nicht verwendbar: Es ist kein Farbbild mit 8 Bit.</translation>
    </message>
    <message>
        <source>Copy it again as a picture.</source>
        <translation>Noch einmal als Bild kopieren.</translation>
    </message>
    <message>
        <source>Could not use {name}: {what}</source>
        <translation>{name} ist nicht verwendbar: {what}</translation>
    </message>
    <message>
        <source>no file can have that name.</source>
        <translation>So kann keine Datei heißen.</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>Den Namen prüfen.</translation>
    </message>
    <message>
        <source>it is a folder.</source>
        <translation>Es ist ein Ordner.</translation>
    </message>
    <message>
        <source>Choose a picture inside it.</source>
        <translation>Ein Bild darin wählen.</translation>
    </message>
    <message>
        <source>it is a device, not a file.</source>
        <translation>Es ist ein Gerät, keine Datei.</translation>
    </message>
    <message>
        <source>the file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>Copy or download it again.</source>
        <translation>Noch einmal kopieren oder herunterladen.</translation>
    </message>
    <message>
        <source>the file has more than {size} GiB.</source>
        <translation>die Datei hat mehr als {size} GiB.</translation>
    </message>
    <message>
        <source>there is no such file.</source>
        <translation>Eine solche Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>Check whether it was moved or renamed.</source>
        <translation>Prüfen, ob sie verschoben oder umbenannt wurde.</translation>
    </message>
    <message>
        <source>you have no permission to read it.</source>
        <translation>Die Berechtigung zum Lesen fehlt.</translation>
    </message>
    <message>
        <source>Change its permissions or copy it to a folder of yours.</source>
        <translation>Die Berechtigungen ändern oder in einen eigenen Ordner kopieren.</translation>
    </message>
    <message>
        <source>Choose the file itself.</source>
        <translation>Die Datei selbst wählen.</translation>
    </message>
    <message>
        <source>Check the disk, or copy the file and try again.</source>
        <translation>Die Festplatte prüfen, oder die Datei kopieren und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>it could not be read ({reason}).</source>
        <translation>Es konnte nicht gelesen werden ({reason}).</translation>
    </message>
    <message>
        <source>HEIC pictures cannot be read on this computer.</source>
        <translation>HEIC-Bilder lassen sich auf diesem Computer nicht lesen.</translation>
    </message>
    <message>
        <source>Export it as JPEG or PNG first.</source>
        <translation>Zuerst als JPEG oder PNG exportieren.</translation>
    </message>
    <message>
        <source>Copy or download it again, or convert it to PNG first.</source>
        <translation>Noch einmal kopieren oder herunterladen, oder zuerst in PNG umwandeln.</translation>
    </message>
    <message>
        <source>it is not a picture that RTEdit can read.</source>
        <translation>Es ist kein Bild, das RTEdit lesen kann.</translation>
    </message>
    <message>
        <source>it has {megapixels:,.0f} megapixels ({width} × {height}), and the limit is {limit}.</source>
        <translation>Es hat {megapixels:,.0f} Megapixel ({width} × {height}), und die Grenze ist {limit}.</translation>
    </message>
    <message>
        <source>Make it smaller in another program first.</source>
        <translation>Zuerst in einem anderen Programm verkleinern.</translation>
    </message>
    <message>
        <source>it is only {width} × {height} pixels.</source>
        <translation>Es hat nur {width} × {height} Pixel.</translation>
    </message>
    <message>
        <source>Use a picture of at least {side} × {side} pixels.</source>
        <translation>Ein Bild mit mindestens {side} × {side} Pixeln verwenden.</translation>
    </message>
    <message>
        <source>The first of {count} frames is used.</source>
        <translation>Das erste von {count} Einzelbildern wird verwendet.</translation>
    </message>
    <message>
        <source>The file has 16 bits per channel; edits are made in 8, and what they leave alone keeps its 16.</source>
        <translation>Die Datei hat 16 Bit pro Kanal; bearbeitet wird in 8, und was unberührt bleibt, behält seine 16.</translation>
    </message>
    <message>
        <source>The file has {bits} bits per channel; edits are made in 8, what they leave alone is saved with 16.</source>
        <translation>Die Datei hat {bits} Bit je Kanal; bearbeitet wird in 8, was unberührt bleibt, wird mit 16 gespeichert.</translation>
    </message>
    <message>
        <source>The file has {bits} bits per channel; it is worked on in 8.</source>
        <translation>Die Datei hat {bits} Bit pro Kanal; bearbeitet wird sie mit 8.</translation>
    </message>
    <message>
        <source>“{suffix}” is not a format it can write.</source>
        <translation>„{suffix}“ ist kein Format, das geschrieben werden kann.</translation>
    </message>
    <message>
        <source>the name has no ending.</source>
        <translation>der Name hat keine Endung.</translation>
    </message>
    <message>
        <source>Use .png, .jpg, .webp or .tif.</source>
        <translation>.png, .jpg, .webp oder .tif verwenden.</translation>
    </message>
    <message>
        <source>the result does not belong to this picture.</source>
        <translation>das Ergebnis gehört nicht zu diesem Bild.</translation>
    </message>
    <message>
        <source>{kind} files are at most {longest} pixels wide and high.</source>
        <translation>{kind}-Dateien sind höchstens {longest} Pixel breit und hoch.</translation>
    </message>
    <message>
        <source>Use .png or .tif.</source>
        <translation>.png oder .tif verwenden.</translation>
    </message>
    <message>
        <source>The file that was there is intact.</source>
        <translation>Die Datei, die dort war, ist unversehrt.</translation>
    </message>
    <message>
        <source>another program has written a file of that name meanwhile.</source>
        <translation>ein anderes Programm hat inzwischen eine Datei dieses Namens geschrieben.</translation>
    </message>
    <message>
        <source>Give another name, or let that file be replaced.</source>
        <translation>Einen anderen Namen angeben oder diese Datei ersetzen lassen.</translation>
    </message>
    <message>
        <source>there is not enough memory.</source>
        <translation>der Arbeitsspeicher reicht nicht.</translation>
    </message>
    <message>
        <source>Close other programs.</source>
        <translation>Andere Programme schließen.</translation>
    </message>
    <message>
        <source>the {kind} file could not be made ({error}).</source>
        <translation>die {kind}-Datei konnte nicht erzeugt werden ({error}).</translation>
    </message>
    <message>
        <source>Use another format.</source>
        <translation>Ein anderes Format verwenden.</translation>
    </message>
    <message>
        <source>Could not save {name}: {what}</source>
        <translation>{name} konnte nicht gespeichert werden: {what}</translation>
    </message>
    <message>
        <source>the disk is full.</source>
        <translation>Die Festplatte ist voll.</translation>
    </message>
    <message>
        <source>Free some space or choose another disk.</source>
        <translation>Platz schaffen oder eine andere Festplatte wählen.</translation>
    </message>
    <message>
        <source>you have no permission to write there.</source>
        <translation>Die Berechtigung, dort zu schreiben, fehlt.</translation>
    </message>
    <message>
        <source>Choose another folder or name.</source>
        <translation>Einen anderen Ordner oder Namen wählen.</translation>
    </message>
    <message>
        <source>the folder does not exist.</source>
        <translation>Den Ordner gibt es nicht.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>the name is too long.</source>
        <translation>Der Name ist zu lang.</translation>
    </message>
    <message>
        <source>Choose a shorter name.</source>
        <translation>Einen kürzeren Namen wählen.</translation>
    </message>
    <message>
        <source>its links lead in a circle.</source>
        <translation>die Verknüpfungen führen im Kreis.</translation>
    </message>
    <message>
        <source>Choose another folder or disk.</source>
        <translation>Einen anderen Ordner oder eine andere Festplatte wählen.</translation>
    </message>
    <message>
        <source>it could not be written ({reason}).</source>
        <translation>Es konnte nicht geschrieben werden ({reason}).</translation>
    </message>
    <message>
        <source>Installed are: {choices}.</source>
        <translation>Installiert sind: {choices}.</translation>
    </message>
    <message>
        <source>No pack is installed.</source>
        <translation>Kein Modell ist installiert.</translation>
    </message>
    <message>
        <source>There is no pack called “{pack}”.</source>
        <translation>Ein Modell namens „{pack}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>The pack “{id}” is there twice: {used} is used, {folder} is left out.</source>
        <translation>Das Modell „{id}“ ist zweimal da: {used} wird verwendet, {folder} weggelassen.</translation>
    </message>
    <message>
        <source>Remove one of them, or give it another id.</source>
        <translation>Eines davon entfernen oder ihm eine andere Kennung geben.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read: {reason}.</source>
        <translation>Der Ordner {folder} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>Die Berechtigungen prüfen.</translation>
    </message>
    <message>
        <source>Choose a .ckpt, .pt or .safetensors file of weights.</source>
        <translation>Eine Datei mit Gewichten wählen (.ckpt, .pt oder .safetensors).</translation>
    </message>
    <message>
        <source>Copy or download the file again.</source>
        <translation>Die Datei noch einmal kopieren oder herunterladen.</translation>
    </message>
    <message>
        <source>The file {shown} stores {name} as {dtype}.</source>
        <translation>Die Datei {shown} speichert {name} als {dtype}.</translation>
    </message>
    <message>
        <source>Choose a file in half or single precision.</source>
        <translation>Eine Datei in halber oder einfacher Genauigkeit wählen.</translation>
    </message>
    <message>
        <source>The file {shown} holds values that are not finite numbers, in {name}.</source>
        <translation>Die Datei {shown} enthält in {name} Werte, die keine endlichen Zahlen sind.</translation>
    </message>
    <message>
        <source>The file {name} cannot be read: {reason}.</source>
        <translation>Die Datei {name} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Check that it is there and may be read.</source>
        <translation>Prüfen, ob sie da ist und gelesen werden darf.</translation>
    </message>
    <message>
        <source>The file {name} says that it holds more than it does.</source>
        <translation>Die Datei {name} gibt an, mehr zu enthalten, als sie tut.</translation>
    </message>
    <message>
        <source>The file {name} is not a checkpoint.</source>
        <translation>Die Datei {name} ist kein Checkpoint.</translation>
    </message>
    <message>
        <source>The file {name} is damaged or not whole.</source>
        <translation>Die Datei {name} ist beschädigt oder unvollständig.</translation>
    </message>
    <message>
        <source>The file {name} is a TorchScript program, and RTEdit runs no programs from files.</source>
        <translation>Die Datei {name} ist ein TorchScript-Programm, und RTEdit führt keine Programme aus Dateien aus.</translation>
    </message>
    <message>
        <source>Choose a file that holds the weights alone.</source>
        <translation>Eine Datei wählen, die nur die Gewichte enthält.</translation>
    </message>
    <message>
        <source>The file {name} holds program code ({code}), and none of it was run.</source>
        <translation>Die Datei {name} enthält Programmcode ({code}); nichts davon wurde ausgeführt.</translation>
    </message>
    <message>
        <source>Do not open it elsewhere; get the weights from their publisher, as a .safetensors file where there is one.</source>
        <translation>Auch anderswo nicht öffnen; die Gewichte vom Herausgeber holen, möglichst als .safetensors-Datei.</translation>
    </message>
    <message>
        <source>The file {name} holds something else than the weights of a model.</source>
        <translation>Die Datei {name} enthält etwas anderes als die Gewichte eines Modells.</translation>
    </message>
    <message>
        <source>The file {name} holds weights in a compressed form that RTEdit does not read.</source>
        <translation>Die Datei {name} enthält Gewichte in einer gepackten Form, die RTEdit nicht liest.</translation>
    </message>
    <message>
        <source>Weights do not say what they were trained on; {title} ({id}) is taken to be right.</source>
        <translation>Gewichte sagen nicht, womit sie trainiert wurden; {title} ({id}) gilt als richtig.</translation>
    </message>
    <message>
        <source>The file {shown} is a CLIP, not an image model.</source>
        <translation>Die Datei {shown} ist ein CLIP, kein Bildmodell.</translation>
    </message>
    <message>
        <source>Import it without saying what it edits.</source>
        <translation>Importieren, ohne anzugeben, was es bearbeitet.</translation>
    </message>
    <message>
        <source>The file {shown} holds the weights of a model that RTEdit does not know; its first tensor is {first}.</source>
        <translation>Die Datei {shown} enthält die Gewichte eines Modells, das RTEdit nicht kennt; ihr erster Tensor ist {first}.</translation>
    </message>
    <message>
        <source>Choose {kinds}.</source>
        <translation>Wählbar: {kinds}.</translation>
    </message>
    <message>
        <source>The folder {folder} holds no model of diffusers.</source>
        <translation>Der Ordner {folder} enthält kein Modell von diffusers.</translation>
    </message>
    <message>
        <source>Choose a folder with {configuration} and {weights}, or a file of weights.</source>
        <translation>Einen Ordner mit {configuration} und {weights} oder eine Datei mit Gewichten wählen.</translation>
    </message>
    <message>
        <source>Get it again.</source>
        <translation>Noch einmal holen.</translation>
    </message>
    <message>
        <source>The file {place} beside the weights is not JSON.</source>
        <translation>Die Datei {place} neben den Gewichten ist kein JSON.</translation>
    </message>
    <message>
        <source>The file {place} beside the weights is not a configuration.</source>
        <translation>Die Datei {place} neben den Gewichten ist keine Konfiguration.</translation>
    </message>
    <message>
        <source>{title} is installed already.</source>
        <translation>{title} ist schon installiert.</translation>
    </message>
    <message>
        <source>{title} comes from {origin}. Licence: {licence}.</source>
        <translation>{title} kommt von {origin}. Lizenz: {licence}.</translation>
    </message>
    <message>
        <source>Check its name.</source>
        <translation>Den Namen prüfen.</translation>
    </message>
    <message>
        <source>There is no file or folder {name}.</source>
        <translation>Eine Datei oder einen Ordner {name} gibt es nicht.</translation>
    </message>
    <message>
        <source>{title} is installed already, with the same files.</source>
        <translation>{title} ist schon installiert, mit denselben Dateien.</translation>
    </message>
    <message>
        <source>{title} comes with RTEdit and cannot be removed.</source>
        <translation>{title} liegt RTEdit bei und lässt sich nicht entfernen.</translation>
    </message>
    <message>
        <source>It is used as it is.</source>
        <translation>Es wird verwendet, wie es ist.</translation>
    </message>
    <message>
        <source>There is nothing called “{id}” to remove.</source>
        <translation>Etwas namens „{id}“ zum Entfernen gibt es nicht.</translation>
    </message>
    <message>
        <source>“rtedit packs list” names the packs.</source>
        <translation>„rtedit packs list“ nennt die Modelle.</translation>
    </message>
    <message>
        <source>{title} needs {part} too: download it, or import {to_get}.</source>
        <translation>{title} braucht auch {part}: herunterladen oder {to_get} importieren.</translation>
    </message>
    <message>
        <source>Check the free space and the permissions of {folder}.</source>
        <translation>Den freien Platz und die Berechtigungen von {folder} prüfen.</translation>
    </message>
    <message>
        <source>A pack called “{id}” comes with RTEdit, so this one would never be used.</source>
        <translation>Ein Modell namens „{id}“ liegt RTEdit bei, dieses würde also nie verwendet.</translation>
    </message>
    <message>
        <source>Give it another id in its manifest.</source>
        <translation>Ihm im Manifest eine andere Kennung geben.</translation>
    </message>
    <message>
        <source>Remove it first, or add --replace.</source>
        <translation>Zuerst entfernen oder --replace angeben.</translation>
    </message>
    <message>
        <source>A pack called “{id}” is installed already.</source>
        <translation>Ein Modell namens „{id}“ ist schon installiert.</translation>
    </message>
    <message>
        <source>{title} is needed by {choices}.</source>
        <translation>{title} wird von {choices} gebraucht.</translation>
    </message>
    <message>
        <source>Remove what needs it first.</source>
        <translation>Zuerst entfernen, was es braucht.</translation>
    </message>
    <message>
        <source>Another job of RTEdit is changing the packs just now.</source>
        <translation>Ein anderer Vorgang von RTEdit ändert gerade die Modelle.</translation>
    </message>
    <message>
        <source>Wait until it is done, or stop it.</source>
        <translation>Warten, bis er fertig ist, oder ihn anhalten.</translation>
    </message>
    <message>
        <source>The packs could not be changed: {reason}.</source>
        <translation>Die Modelle konnten nicht geändert werden: {reason}.</translation>
    </message>
    <message>
        <source>“{id}” is not the id of a pack.</source>
        <translation>„{id}“ ist nicht die Kennung eines Modells.</translation>
    </message>
    <message>
        <source>its content is not what was expected</source>
        <translation>Der Inhalt ist nicht der erwartete</translation>
    </message>
    <message>
        <source>{name} was not whole once its parts were joined; it is fetched again.</source>
        <translation>{name} war nach dem Zusammensetzen nicht vollständig und wird noch einmal geholt.</translation>
    </message>
    <message>
        <source>it does not stay the same for long enough to be fetched</source>
        <translation>Sie bleibt nicht lange genug gleich, um geholt zu werden</translation>
    </message>
    <message>
        <source>the answer has no beginning</source>
        <translation>Der Antwort fehlt der Anfang</translation>
    </message>
    <message>
        <source>more was sent than the file is long</source>
        <translation>Es wurde mehr gesendet, als die Datei lang ist</translation>
    </message>
    <message>
        <source>the connection ended before the file did</source>
        <translation>Die Verbindung endete vor der Datei</translation>
    </message>
    <message>
        <source>{host} is busy or not well (answer {status})</source>
        <translation>{host} ist überlastet oder gestört (Antwort {status})</translation>
    </message>
    <message>
        <source>{host} sent a web page in place of it</source>
        <translation>{host} hat stattdessen eine Webseite gesendet</translation>
    </message>
    <message>
        <source>Sign in to the network or the host in a browser first</source>
        <translation>Zuerst in einem Browser am Netzwerk oder beim Anbieter anmelden</translation>
    </message>
    <message>
        <source>{host} sent it packed in a way that was not asked for</source>
        <translation>{host} hat sie auf eine Art gepackt gesendet, die nicht verlangt war</translation>
    </message>
    <message>
        <source>Try another network</source>
        <translation>In einem anderen Netzwerk versuchen</translation>
    </message>
    <message>
        <source>it has {total} bytes there, and {bytes} were expected</source>
        <translation>Sie hat dort {total} Bytes, erwartet waren {bytes}</translation>
    </message>
    <message>
        <source>the host says that it has other content now</source>
        <translation>Der Anbieter sagt, dass sie jetzt anderen Inhalt hat</translation>
    </message>
    <message>
        <source>Try again later</source>
        <translation>Später noch einmal versuchen</translation>
    </message>
    <message>
        <source>{host} does not say how long the file is</source>
        <translation>{host} sagt nicht, wie lang die Datei ist</translation>
    </message>
    <message>
        <source>There is no room for {name}: {missing} are still to come, and {free} are free in {folder}.</source>
        <translation>Für {name} ist kein Platz: {missing} fehlen noch, und in {folder} sind {free} frei.</translation>
    </message>
    <message>
        <source>Free some space and try again; what is here already is kept.</source>
        <translation>Platz schaffen und noch einmal versuchen; was schon hier ist, bleibt.</translation>
    </message>
    <message>
        <source>Try again in {wait:.0f} minutes, as the host asks</source>
        <translation>In {wait:.0f} Minuten noch einmal versuchen, wie der Anbieter es verlangt</translation>
    </message>
    <message>
        <source>Trying again in {seconds:.0f} s: {why}.</source>
        <translation>Neuer Versuch in {seconds:.0f} s: {why}.</translation>
    </message>
    <message>
        <source>Check the connection and try again</source>
        <translation>Die Verbindung prüfen und noch einmal versuchen</translation>
    </message>
    <message>
        <source>the proxy asks for a name and a password</source>
        <translation>Der Proxy verlangt Namen und Passwort</translation>
    </message>
    <message>
        <source>Write the proxy like http://name:password@proxy.example:8080</source>
        <translation>Den Proxy so schreiben: http://name:passwort@proxy.example:8080</translation>
    </message>
    <message>
        <source>Update RTEdit</source>
        <translation>RTEdit aktualisieren</translation>
    </message>
    <message>
        <source>{host} does not have it (any more)</source>
        <translation>{host} hat sie nicht (mehr)</translation>
    </message>
    <message>
        <source>{host} refuses to give it out (answer {status})</source>
        <translation>{host} gibt sie nicht heraus (Antwort {status})</translation>
    </message>
    <message>
        <source>{host} answered {status}, which makes no sense here</source>
        <translation>{host} antwortete {status}, was hier keinen Sinn ergibt</translation>
    </message>
    <message>
        <source>; the {size} that are here already are kept</source>
        <translation>; die {size}, die schon hier sind, bleiben</translation>
    </message>
    <message>
        <source>, or {by_hand}</source>
        <translation>, oder {by_hand}</translation>
    </message>
    <message>
        <source>{name} could not be downloaded: {why}.</source>
        <translation>{name} konnte nicht heruntergeladen werden: {why}.</translation>
    </message>
    <message>
        <source>{todo}{by_hand}{here}.</source>
        <translation>{todo}{by_hand}{here}.</translation>
    </message>
    <message>
        <source>{name} is not the file that it should be: {why}.</source>
        <translation>{name} ist nicht die richtige Datei: {why}.</translation>
    </message>
    <message>
        <source>Nothing of it was kept; try again later or from another network{by_hand}.</source>
        <translation>Nichts davon wurde behalten; später oder in einem anderen Netzwerk noch einmal versuchen{by_hand}.</translation>
    </message>
    <message>
        <source> {size} are kept.</source>
        <translation> {size} bleiben.</translation>
    </message>
    <message>
        <source>{name} could not be written: {reason}.</source>
        <translation>{name} konnte nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>Check the free space and the permissions of {folder}, then try again.{kept}</source>
        <translation>Den freien Platz und die Berechtigungen von {folder} prüfen, dann noch einmal versuchen.{kept}</translation>
    </message>
    <message>
        <source>Install the pack again, or ask its maker for a repaired one.</source>
        <translation>Das Modell neu installieren oder vom Hersteller ein repariertes erbitten.</translation>
    </message>
    <message>
        <source>The pack folder “{name}” has no {manifest}.</source>
        <translation>Dem Modellordner „{name}“ fehlt {manifest}.</translation>
    </message>
    <message>
        <source>The manifest of the pack folder “{name}” cannot be read: {reason}.</source>
        <translation>Das Manifest des Modellordners „{name}“ lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The manifest of the pack folder “{name}” is too large to be one.</source>
        <translation>Das Manifest des Modellordners „{name}“ ist zu groß für eines.</translation>
    </message>
    <message>
        <source>The manifest of the pack folder “{name}” is not JSON.</source>
        <translation>Das Manifest des Modellordners „{name}“ ist kein JSON.</translation>
    </message>
    <message>
        <source>The manifest of the pack folder “{name}” is wrong: {error}.</source>
        <translation>Das Manifest des Modellordners „{name}“ ist falsch: {error}.</translation>
    </message>
    <message>
        <source>The pack in “{name}” was made for a newer RTEdit.</source>
        <translation>Das Modell in „{name}“ wurde für ein neueres RTEdit gemacht.</translation>
    </message>
    <message>
        <source>Update RTEdit to use this pack.</source>
        <translation>RTEdit aktualisieren, um dieses Modell zu verwenden.</translation>
    </message>
    <message>
        <source>RTEdit knows of no pack called “{id}”.</source>
        <translation>RTEdit kennt kein Modell namens „{id}“.</translation>
    </message>
    <message>
        <source>It knows {known}.</source>
        <translation>Bekannt sind {known}.</translation>
    </message>
    <message>
        <source>RTEdit&apos;s own list of packs is damaged.</source>
        <translation>Die Modellliste von RTEdit ist beschädigt.</translation>
    </message>
    <message>
        <source>The pack {id} needs</source>
        <translation>Das Modell {id} braucht</translation>
    </message>
    <message>
        <source>This needs</source>
        <translation>Das braucht</translation>
    </message>
    <message>
        <source>{needs} the text model {title}, which is not installed.</source>
        <translation>{needs} das Textmodell {title}, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>Download it in the model manager, or import the file {to_get}.</source>
        <translation>Unter Modelle herunterladen oder die Datei {to_get} importieren.</translation>
    </message>
    <message>
        <source>Install it again.</source>
        <translation>Neu installieren.</translation>
    </message>
    <message>
        <source>The text model {title} is damaged.</source>
        <translation>Das Textmodell {title} ist beschädigt.</translation>
    </message>
    <message>
        <source>The pack {title} has no file called {name}.</source>
        <translation>Das Modell {title} hat keine Datei namens {name}.</translation>
    </message>
    <message>
        <source>The file {name} of the pack {title}</source>
        <translation>Die Datei {name} des Modells {title}</translation>
    </message>
    <message>
        <source>{what} is damaged: it has {there} bytes and should have {wanted}.</source>
        <translation>{what} ist beschädigt: {there} Bytes statt {wanted}.</translation>
    </message>
    <message>
        <source>{what} is missing.</source>
        <translation>{what} fehlt.</translation>
    </message>
    <message>
        <source>{what} cannot be read: {reason}.</source>
        <translation>{what} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{what} is damaged: its content is not what the manifest says.</source>
        <translation>{what} ist beschädigt: Der Inhalt ist nicht der, den das Manifest nennt.</translation>
    </message>
    <message>
        <source>The file {name} of the pack {title} does not hold weights.</source>
        <translation>Die Datei {name} des Modells {title} enthält keine Gewichte.</translation>
    </message>
    <message>
        <source>The pack could not be written to {folder}</source>
        <translation>Das Modell konnte nicht nach {folder} geschrieben werden</translation>
    </message>
    <message>
        <source>Check the free space and the permissions.</source>
        <translation>Den freien Platz und die Berechtigungen prüfen.</translation>
    </message>
    <message>
        <source>{what}: {reason}.</source>
        <translation>{what}: {reason}.</translation>
    </message>
    <message>
        <source>The folder {folder} could not be removed: {reason}.</source>
        <translation>Der Ordner {folder} konnte nicht entfernt werden: {reason}.</translation>
    </message>
    <message>
        <source>Close whatever uses it, and check its permissions.</source>
        <translation>Schließen, was ihn verwendet, und seine Berechtigungen prüfen.</translation>
    </message>
    <message>
        <source>Copy the pack again from where it came from.</source>
        <translation>Das Modellpaket von der Quelle noch einmal kopieren.</translation>
    </message>
    <message>
        <source>The file {name} of the pack {title} is missing.</source>
        <translation>Die Datei {name} des Modells {title} fehlt.</translation>
    </message>
    <message>
        <source>The file {name} of the pack {title} is damaged: its content is not what the manifest says.</source>
        <translation>Die Datei {name} des Modells {title} ist beschädigt: Der Inhalt ist nicht der, den das Manifest nennt.</translation>
    </message>
    <message>
        <source>The file could not be made into a pack.</source>
        <translation>Aus der Datei konnte kein Modellpaket gemacht werden.</translation>
    </message>
    <message>
        <source>The file could not be made into a text model.</source>
        <translation>Aus der Datei konnte kein Textmodell gemacht werden.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>There is no room for {title}: it needs {needed:.0f} MB, and {free:.0f} MB are free.</source>
        <translation>Für {title} ist kein Platz: {needed:.0f} MB sind nötig, {free:.0f} MB sind frei.</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>Platz schaffen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>{host} has sent nothing for {stall:.0f} seconds</source>
        <translation>{host} hat {stall:.0f} Sekunden lang nichts gesendet</translation>
    </message>
    <message>
        <source>{host} sends the app from one address to the next without end</source>
        <translation>{host} verweist ohne Ende von einer Adresse zur nächsten</translation>
    </message>
    <message>
        <source>{host} points to an address that is not secure.</source>
        <translation>{host} verweist auf eine Adresse, die nicht sicher ist.</translation>
    </message>
    <message>
        <source>Try another network; on this one somebody may be changing what you are sent.</source>
        <translation>In einem anderen Netzwerk versuchen; in diesem verändert vielleicht jemand, was ankommt.</translation>
    </message>
    <message>
        <source>The proxy asks for a name and a password.</source>
        <translation>Der Proxy verlangt einen Namen und ein Passwort.</translation>
    </message>
    <message>
        <source>Write the proxy like http://name:password@proxy.example:8080.</source>
        <translation>Den Proxy so schreiben: http://name:passwort@proxy.example:8080.</translation>
    </message>
    <message>
        <source>the proxy does not answer, or refuses</source>
        <translation>Der Proxy antwortet nicht oder verweigert sich</translation>
    </message>
    <message>
        <source>The connection to {host} is not secure: its certificate was refused.</source>
        <translation>Die Verbindung zu {host} ist nicht sicher: Das Zertifikat wurde abgelehnt.</translation>
    </message>
    <message>
        <source>Check the clock of this computer; on an office or public network, ask whoever runs it.</source>
        <translation>Die Uhr dieses Computers prüfen; in einem Büro- oder öffentlichen Netzwerk beim Betreiber nachfragen.</translation>
    </message>
    <message>
        <source>{host} does not answer</source>
        <translation>{host} antwortet nicht</translation>
    </message>
    <message>
        <source>there is no connection to {host}</source>
        <translation>Es gibt keine Verbindung zu {host}</translation>
    </message>
    <message>
        <source>the connection to {host} broke off</source>
        <translation>Die Verbindung zu {host} brach ab</translation>
    </message>
    <message>
        <source>has weights of an impossible shape</source>
        <translation>hat Gewichte von unmöglicher Form</translation>
    </message>
    <message>
        <source>What was learned is not a set of numbers that could be used, so it was not kept.</source>
        <translation>Das Gelernte besteht nicht aus brauchbaren Zahlen und wurde deshalb nicht aufbewahrt.</translation>
    </message>
    <message>
        <source>Learn it again with a lower learning rate or another seed.</source>
        <translation>Mit kleinerer Lernrate oder anderem Startwert noch einmal lernen.</translation>
    </message>
    <message>
        <source>The preset could not be saved as {name}: {reason}.</source>
        <translation>Die Vorgabe konnte nicht als {name} gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>Check the free space and the permissions of the folder, or choose another place.</source>
        <translation>Den freien Platz und die Berechtigungen des Ordners prüfen oder einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>The preset “{title}” was learned on another version of the model “{pack}”.</source>
        <translation>Die Vorgabe „{title}“ wurde mit einer anderen Version des Modells „{pack}“ gelernt.</translation>
    </message>
    <message>
        <source>Learn it again with the model that is installed, or install the model it was made for.</source>
        <translation>Mit dem installierten Modell noch einmal lernen oder das Modell installieren, für das sie gemacht wurde.</translation>
    </message>
    <message>
        <source>has numbers that no weights can have</source>
        <translation>hat Zahlen, die keine Gewichte haben können</translation>
    </message>
    <message>
        <source>holds no weights</source>
        <translation>enthält keine Gewichte</translation>
    </message>
    <message>
        <source>holds something else than weights and two small pictures</source>
        <translation>enthält etwas anderes als Gewichte und zwei kleine Bilder</translation>
    </message>
    <message>
        <source>has weights that its model does not have</source>
        <translation>hat Gewichte, die ihr Modell nicht hat</translation>
    </message>
    <message>
        <source>was not made by RTEdit</source>
        <translation>wurde nicht von RTEdit gemacht</translation>
    </message>
    <message>
        <source>does not say what it is</source>
        <translation>sagt nicht, was sie ist</translation>
    </message>
    <message>
        <source>Update RTEdit to use it.</source>
        <translation>RTEdit aktualisieren, um sie zu verwenden.</translation>
    </message>
    <message>
        <source>The preset {shown} needs a newer RTEdit.</source>
        <translation>Die Vorgabe {shown} braucht ein neueres RTEdit.</translation>
    </message>
    <message>
        <source>The file “{name}” cannot be used as a preset: its “{field}” is wrong.</source>
        <translation>Die Datei „{name}“ lässt sich nicht als Vorgabe verwenden: „{field}“ darin ist falsch.</translation>
    </message>
    <message>
        <source>Ask whoever made it for the file again.</source>
        <translation>Die Datei noch einmal erbitten, wo sie herkam.</translation>
    </message>
    <message>
        <source>Check the free space and the permissions of the folder.</source>
        <translation>Den freien Platz und die Berechtigungen des Ordners prüfen.</translation>
    </message>
    <message>
        <source>The file “{name}” could not be read: {reason}.</source>
        <translation>Die Datei „{name}“ konnte nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>Check the file and its permissions.</source>
        <translation>Die Datei und ihre Berechtigungen prüfen.</translation>
    </message>
    <message>
        <source>{n} presets are called “{name}”.</source>
        <translation>{n} Vorgaben heißen „{name}“.</translation>
    </message>
    <message>
        <source>Give the path of one: {choices}.</source>
        <translation>Den Pfad einer davon angeben: {choices}.</translation>
    </message>
    <message>
        <source>Give the title of one on the list, or the path of a file.</source>
        <translation>Einen Titel aus der Liste oder den Pfad einer Datei angeben.</translation>
    </message>
    <message>
        <source>There is no preset “{name}”.</source>
        <translation>Eine Vorgabe „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>The preset “{title}” could not be taken</source>
        <translation>Die Vorgabe „{title}“ konnte nicht aufgenommen werden</translation>
    </message>
    <message>
        <source>The preset “{title}” could not be copied</source>
        <translation>Die Vorgabe „{title}“ konnte nicht kopiert werden</translation>
    </message>
    <message>
        <source>Could not save {name}: another program has written a file of that name meanwhile.</source>
        <translation>{name} konnte nicht gespeichert werden: Ein anderes Programm hat inzwischen eine Datei dieses Namens geschrieben.</translation>
    </message>
    <message>
        <source>The folder of presets could not be made</source>
        <translation>Der Ordner für Vorgaben konnte nicht angelegt werden</translation>
    </message>
    <message>
        <source>renamed</source>
        <translation>umbenannt</translation>
    </message>
    <message>
        <source>A preset needs a name of 1 to {max_title} letters.</source>
        <translation>Eine Vorgabe braucht einen Namen von 1 bis {max_title} Buchstaben.</translation>
    </message>
    <message>
        <source>Write another name.</source>
        <translation>Einen anderen Namen schreiben.</translation>
    </message>
    <message>
        <source>The preset “{title}” could not be renamed</source>
        <translation>Die Vorgabe „{title}“ konnte nicht umbenannt werden</translation>
    </message>
    <message>
        <source>Import its file first.</source>
        <translation>Zuerst ihre Datei importieren.</translation>
    </message>
    <message>
        <source>The preset “{title}” is not on the list.</source>
        <translation>Die Vorgabe „{title}“ steht nicht auf der Liste.</translation>
    </message>
    <message>
        <source>The favourites could not be saved</source>
        <translation>Die Favoriten konnten nicht gespeichert werden</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>The preset “{title}” could not be deleted</source>
        <translation>Die Vorgabe „{title}“ konnte nicht gelöscht werden</translation>
    </message>
    <message>
        <source>The preset “{title}” could not be put back</source>
        <translation>Die Vorgabe „{title}“ konnte nicht zurückgelegt werden</translation>
    </message>
    <message>
        <source>The preset “{title}” cannot be put back: it was not deleted since RTEdit was opened.</source>
        <translation>Die Vorgabe „{title}“ lässt sich nicht zurücklegen: Sie wurde nicht gelöscht, seit RTEdit geöffnet ist.</translation>
    </message>
    <message>
        <source>Import its file again, if there is a copy.</source>
        <translation>Ihre Datei noch einmal importieren, wenn es eine Kopie gibt.</translation>
    </message>
    <message>
        <source>The folder of presets cannot be read: {reason}.</source>
        <translation>Der Ordner der Vorgaben lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Look at {folder}.</source>
        <translation>In {folder} nachsehen.</translation>
    </message>
    <message>
        <source>The preset “{title}” comes with RTEdit and cannot be {what}.</source>
        <translation>Die Vorgabe „{title}“ liegt RTEdit bei und kann nicht {what} werden.</translation>
    </message>
    <message>
        <source>Those of your own can.</source>
        <translation>Mit eigenen geht das.</translation>
    </message>
    <message>
        <source>The preset “{title}” is not on the list and cannot be {what}.</source>
        <translation>Die Vorgabe „{title}“ steht nicht auf der Liste und kann nicht {what} werden.</translation>
    </message>
    <message>
        <source>Look at the list again.</source>
        <translation>Die Liste noch einmal ansehen.</translation>
    </message>
    <message>
        <source>{what}: it is not there any more.</source>
        <translation>{what}: Sie ist nicht mehr da.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>Der Name ist nicht verwendbar</translation>
    </message>
    <message>
        <source>is too large to be a preset</source>
        <translation>ist zu groß für eine Vorgabe</translation>
    </message>
    <message>
        <source>The file {shown} cannot be used as a preset: it {why}.</source>
        <translation>Die Datei {shown} lässt sich nicht als Vorgabe verwenden: Sie {why}.</translation>
    </message>
    <message>
        <source>is not complete</source>
        <translation>ist nicht vollständig</translation>
    </message>
    <message>
        <source>holds something of another shape than its model has</source>
        <translation>enthält etwas von anderer Form, als ihr Modell hat</translation>
    </message>
    <message>
        <source>ends too early</source>
        <translation>endet zu früh</translation>
    </message>
    <message>
        <source>does not begin as one</source>
        <translation>beginnt nicht wie eine</translation>
    </message>
    <message>
        <source>has an unreadable table of contents</source>
        <translation>hat ein unlesbares Inhaltsverzeichnis</translation>
    </message>
    <message>
        <source>has lengths that contradict each other</source>
        <translation>hat Längen, die einander widersprechen</translation>
    </message>
    <message>
        <source>has another length than it says</source>
        <translation>hat eine andere Länge, als sie angibt</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Eine andere wählen.</translation>
    </message>
    <message>
        <source>There is no preset “{preset}” any more.</source>
        <translation>Eine Vorgabe „{preset}“ gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The file “{name}” is not a regular file.</source>
        <translation>„{name}“ ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>Choose a preset file (.rtpreset).</source>
        <translation>Eine Vorgabedatei wählen (.rtpreset).</translation>
    </message>
    <message>
        <source>The other computer is busy with another job; this one waits for its turn.</source>
        <translation>Der andere Computer ist mit einem anderen Auftrag beschäftigt; dieser wartet, bis er an der Reihe ist.</translation>
    </message>
    <message>
        <source>The job stopped on an unexpected error ({kind}).</source>
        <translation>Der Vorgang hielt wegen eines unerwarteten Fehlers an ({kind}).</translation>
    </message>
    <message>
        <source>Try again; if it happens twice, report it with the details.</source>
        <translation>Noch einmal versuchen; geschieht es zweimal, mit den Details melden.</translation>
    </message>
    <message>
        <source>The job stopped without a result.</source>
        <translation>Der Vorgang hielt ohne Ergebnis an.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Noch einmal versuchen.</translation>
    </message>
    <message>
        <source>A preset came with another hash.</source>
        <translation>Eine Vorgabe kam mit einer anderen Prüfsumme an.</translation>
    </message>
    <message>
        <source>A preset came with pictures.</source>
        <translation>Eine Vorgabe kam mit Bildern an.</translation>
    </message>
    <message>
        <source>Update RTEdit on this computer.</source>
        <translation>RTEdit auf diesem Computer aktualisieren.</translation>
    </message>
    <message>
        <source>These are too many presets for one connection.</source>
        <translation>Das sind zu viele Vorgaben für eine Verbindung.</translation>
    </message>
    <message>
        <source>Close RTEdit and open it again.</source>
        <translation>RTEdit schließen und wieder öffnen.</translation>
    </message>
    <message>
        <source>A preset could not be kept on the computer that computes: {reason}.</source>
        <translation>Eine Vorgabe konnte auf dem Computer, der rechnet, nicht behalten werden: {reason}.</translation>
    </message>
    <message>
        <source>Look at the free space there.</source>
        <translation>Den freien Platz dort prüfen.</translation>
    </message>
    <message>
        <source>A preset is missing on the computer that computes.</source>
        <translation>Eine Vorgabe fehlt auf dem Computer, der rechnet.</translation>
    </message>
    <message>
        <source>This does not look like {domain}, which is all that {title} knows: expect a poor result.</source>
        <translation>Das sieht nicht nach dem aus, was {title} als Einziges kennt ({domain}): Das Ergebnis wird wohl schlecht.</translation>
    </message>
    <message>
        <source>{unlike} The packs and what each is for are under Models, or in “rtedit packs”.</source>
        <translation>{unlike} Welches Modell wofür ist, steht unter Modelle oder in „rtedit packs“.</translation>
    </message>
    <message>
        <source>{unlike} For {domain} there is the pack {title} ({id}).</source>
        <translation>{unlike} Für {domain} gibt es das Modell {title} ({id}).</translation>
    </message>
    <message>
        <source>{unlike} For {domain} there is the pack {title} ({id}), to download or import.</source>
        <translation>{unlike} Für {domain} gibt es das Modell {title} ({id}), herunterzuladen oder zu importieren.</translation>
    </message>
    <message>
        <source>The text model {title} could not be written</source>
        <translation>Das Textmodell {title} konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>has another shape</source>
        <translation>hat eine andere Form</translation>
    </message>
    <message>
        <source>is not part of it</source>
        <translation>gehört nicht dazu</translation>
    </message>
    <message>
        <source>The file {shown} does not fit {title}: {first} {how}.</source>
        <translation>Die Datei {shown} passt nicht zu {title}: {first} {how}.</translation>
    </message>
    <message>
        <source>Get {to_get}.</source>
        <translation>{to_get} holen.</translation>
    </message>
    <message>
        <source>{title} cannot be downloaded by RTEdit: its publisher offers it on a page for people only.</source>
        <translation>RTEdit kann {title} nicht herunterladen: Der Herausgeber bietet es nur auf einer Seite für Menschen an.</translation>
    </message>
    <message>
        <source>No hash of {name} was known; that of this first download is noted: {digest}…</source>
        <translation>Für {name} war keine Prüfsumme bekannt; die dieses ersten Downloads ist notiert: {digest}…</translation>
    </message>
    <message>
        <source>The log of network requests cannot be written: {reason}.</source>
        <translation>Das Protokoll der Netzwerkanfragen lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>Free some space, or check the permissions of {name}.</source>
        <translation>Platz schaffen oder die Berechtigungen von {name} prüfen.</translation>
    </message>
    <message>
        <source>The files of the pack {title} are not whole.</source>
        <translation>Die Dateien des Modells {title} sind nicht vollständig.</translation>
    </message>
    <message>
        <source>a DDPM checkpoint (.ckpt), a guided-diffusion file with residual resampling (.pt) or a diffusers UNet2DModel</source>
        <translation>ein DDPM-Checkpoint (.ckpt), eine guided-diffusion-Datei mit „residual resampling“ (.pt) oder ein UNet2DModel von diffusers</translation>
    </message>
    <message>
        <source>The file {shown} does not fit {model}: {why}.</source>
        <translation>Die Datei {shown} passt nicht zu {model}: {why}.</translation>
    </message>
    <message>
        <source>Choose {kinds}; if this should be one, get the file again.</source>
        <translation>Wählbar: {kinds}; wenn das so eine sein soll, die Datei noch einmal holen.</translation>
    </message>
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
        <source>{name} is gone, and there is no copy of it.</source>
        <translation>{name} ist nicht mehr da, und es gibt keine Kopie davon.</translation>
    </message>
    <message>
        <source>Put it back where it was.</source>
        <translation>Legen Sie es dorthin zurück, wo es war.</translation>
    </message>
    <message>
        <source>{name} is gone; this is what the model saw of it, with less detail; the rest is grey.</source>
        <translation>{name} ist nicht mehr da; das ist, was das Modell davon gesehen hat, mit weniger Einzelheiten; der Rest ist grau.</translation>
    </message>
    <message>
        <source>{name} was changed since; this is what the model saw of it, with less detail; the rest is grey.</source>
        <translation>{name} wurde seitdem geändert; das ist, was das Modell davon gesehen hat, mit weniger Einzelheiten; der Rest ist grau.</translation>
    </message>
    <message>
        <source>Call them name{before}.jpg and name{after}.jpg.</source>
        <translation>Nennen Sie sie name{before}.jpg und name{after}.jpg.</translation>
    </message>
    <message>
        <source>Give both pictures of a pair the same name.</source>
        <translation>Geben Sie beiden Bildern eines Paares denselben Namen.</translation>
    </message>
    <message>
        <source>{name} has no other half.</source>
        <translation>Zu {name} fehlt die andere Hälfte.</translation>
    </message>
    <message>
        <source>There are {n} pictures for one half of the pair “{name}”.</source>
        <translation>Für eine Hälfte des Paares „{name}“ gibt es {n} Bilder.</translation>
    </message>
    <message>
        <source>Leave one of them there.</source>
        <translation>Lassen Sie nur eines davon dort.</translation>
    </message>
    <message>
        <source>There are no pairs of pictures in {folder}.</source>
        <translation>In {folder} sind keine Bilderpaare.</translation>
    </message>
    <message>
        <source>{before} has {width} × {height} pixels and {after} {other} × {tall}.</source>
        <translation>{before} hat {width} × {height} Pixel und {after} {other} × {tall}.</translation>
    </message>
    <message>
        <source>Both pictures of a pair must have the same size and show the same, pixel for pixel.</source>
        <translation>Beide Bilder eines Paares müssen gleich groß sein und Pixel für Pixel dasselbe zeigen.</translation>
    </message>
    <message>
        <source>{before} and {after} show no difference.</source>
        <translation>{before} und {after} unterscheiden sich nicht.</translation>
    </message>
    <message>
        <source>The after picture must show the edit, where the model sees it.</source>
        <translation>Das Nachher-Bild muss die Bearbeitung zeigen, und zwar dort, wo das Modell sie sieht.</translation>
    </message>
    <message>
        <source>{before} and {after} do not show the same.</source>
        <translation>{before} und {after} zeigen nicht dasselbe.</translation>
    </message>
    <message>
        <source>A pair is one picture before and after an edit, not two pictures.</source>
        <translation>Ein Paar ist ein Bild vor und nach einer Bearbeitung, nicht zwei verschiedene Bilder.</translation>
    </message>
    <message>
        <source>{after} is moved against {before}.</source>
        <translation>{after} ist gegen {before} verschoben.</translation>
    </message>
    <message>
        <source>Both pictures of a pair must fit each other pixel for pixel; align them first.</source>
        <translation>Beide Bilder eines Paares müssen Pixel für Pixel zueinander passen; richten Sie sie zuerst aus.</translation>
    </message>
    <message>
        <source>Checked on what it did not learn from, it shows the change clearly.</source>
        <translation>An dem geprüft, woran nicht gelernt wurde, ist die Änderung deutlich zu sehen.</translation>
    </message>
    <message>
        <source>Checked on what it did not learn from, it shows a part of the change; more pairs would help.</source>
        <translation>An dem geprüft, woran nicht gelernt wurde, ist ein Teil der Änderung zu sehen; mehr Paare würden helfen.</translation>
    </message>
    <message>
        <source>Unsure: checked on what it did not learn from, it shows little of the change.</source>
        <translation>Unsicher: an dem geprüft, woran nicht gelernt wurde, ist wenig von der Änderung zu sehen.</translation>
    </message>
    <message>
        <source>Nothing was learned that holds in what it did not learn from: the preset changes nothing.</source>
        <translation>Es wurde nichts gelernt, was auch dort gilt, woran nicht gelernt wurde: Die Vorgabe ändert nichts.</translation>
    </message>
    <message>
        <source>The folder {folder} could not be read: {reason}.</source>
        <translation>Der Ordner {folder} konnte nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>Memory is short: learning goes on with fewer pictures at a time.</source>
        <translation>Der Speicher ist knapp: Gelernt wird mit weniger Bildern auf einmal weiter.</translation>
    </message>
    <message>
        <source>Photos that are opened from elsewhere get a window of their own: {reason}.</source>
        <translation>Fotos, die von anderswo geöffnet werden, bekommen ein eigenes Fenster: {reason}.</translation>
    </message>
    <message>
        <source>{place} belongs to somebody else</source>
        <translation>{place} gehört jemand anderem</translation>
    </message>
    <message>
        <source>it is not a regular file</source>
        <translation>es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>An edit was made with the model pack “{pack}”, which is not installed.</source>
        <translation>Eine Bearbeitung wurde mit dem Modell „{pack}“ gemacht, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>Get it under Models, or delete that edit.</source>
        <translation>Es unter „Modelle“ holen oder diese Bearbeitung löschen.</translation>
    </message>
    <message>
        <source>There is no edit in the stack.</source>
        <translation>Es ist keine Bearbeitung im Stapel.</translation>
    </message>
    <message>
        <source>Give at least one.</source>
        <translation>Mindestens eine angeben.</translation>
    </message>
    <message>
        <source>A stack has at most {n} edits.</source>
        <translation>Ein Stapel hat höchstens {n} Bearbeitungen.</translation>
    </message>
    <message>
        <source>Save the picture, and go on with what was saved.</source>
        <translation>Das Bild speichern und mit dem gespeicherten weitermachen.</translation>
    </message>
    <message>
        <source>These edits are of {n} places, and fewer faces were found in this photo.</source>
        <translation>Diese Bearbeitungen gelten {n} Stellen, und in diesem Foto wurden weniger Gesichter gefunden.</translation>
    </message>
    <message>
        <source>Make them one by one: place the square, run the edit, continue from its result.</source>
        <translation>Sie einzeln machen: das Quadrat setzen, die Bearbeitung starten, von ihrem Ergebnis weitermachen.</translation>
    </message>
    <message>
        <source>The certificate of this computer is damaged.</source>
        <translation>Das Zertifikat dieses Computers ist beschädigt.</translation>
    </message>
    <message>
        <source>Remove {path}, start again, and pair the other computers anew.</source>
        <translation>{path} entfernen, neu starten und die anderen Computer neu koppeln.</translation>
    </message>
    <message>
        <source>This cannot be sent to {name}: {reason}.</source>
        <translation>Das lässt sich nicht an {name} senden: {reason}.</translation>
    </message>
    <message>
        <source>Compute it on this computer.</source>
        <translation>Auf diesem Computer rechnen.</translation>
    </message>
    <message>
        <source>{name} answered in a way that cannot be read.</source>
        <translation>{name} hat so geantwortet, dass es nicht zu lesen ist.</translation>
    </message>
    <message>
        <source>Use the same version of RTEdit on both computers.</source>
        <translation>Auf beiden Computern dieselbe Version von RTEdit benutzen.</translation>
    </message>
    <message>
        <source>{name} does not let this computer in any more.</source>
        <translation>{name} lässt diesen Computer nicht mehr zu.</translation>
    </message>
    <message>
        <source>Pair it again: Settings, Compute on.</source>
        <translation>Neu koppeln: Einstellungen, Rechnen auf.</translation>
    </message>
    <message>
        <source>The connection to {name} was lost.</source>
        <translation>Die Verbindung zu {name} ist abgebrochen.</translation>
    </message>
    <message>
        <source>Compute it on this computer, or try again when the network is back.</source>
        <translation>Auf diesem Computer rechnen, oder es noch einmal versuchen, wenn das Netz wieder da ist.</translation>
    </message>
    <message>
        <source>The list of paired computers cannot be read: {reason}.</source>
        <translation>Die Liste der gekoppelten Computer lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Remove {path}, and pair them anew.</source>
        <translation>{path} entfernen und sie neu koppeln.</translation>
    </message>
    <message>
        <source>The list of paired computers has no room for more than {most}.</source>
        <translation>Die Liste der gekoppelten Computer hat nur Platz für {most}.</translation>
    </message>
    <message>
        <source>Remove one that is not needed any more.</source>
        <translation>Entfernen Sie einen, der nicht mehr gebraucht wird.</translation>
    </message>
    <message>
        <source>This is not a pairing code.</source>
        <translation>Das ist kein Kopplungscode.</translation>
    </message>
    <message>
        <source>It has six groups of four letters and digits, as it is shown there.</source>
        <translation>Er hat sechs Gruppen aus vier Buchstaben und Ziffern, so wie er dort gezeigt wird.</translation>
    </message>
    <message>
        <source>The list of paired computers cannot be written: {reason}.</source>
        <translation>Die Liste der gekoppelten Computer lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>Check the free space and the permissions of {path}.</source>
        <translation>Den freien Platz und die Rechte von {path} prüfen.</translation>
    </message>
    <message>
        <source>“{address}” is no address of a computer.</source>
        <translation>„{address}“ ist keine Adresse eines Computers.</translation>
    </message>
    <message>
        <source>Write it as it is shown there, like 192.168.1.20:{port}.</source>
        <translation>So eingeben, wie sie dort gezeigt wird, etwa 192.168.1.20:{port}.</translation>
    </message>
    <message>
        <source>The computer at {host} is not the one that was meant: its certificate is another.</source>
        <translation>Der Computer unter {host} ist nicht der gemeinte: Sein Zertifikat ist ein anderes.</translation>
    </message>
    <message>
        <source>Check the address and the code; if RTEdit was set up anew there, pair it again.</source>
        <translation>Adresse und Code prüfen; wurde RTEdit dort neu eingerichtet, neu koppeln.</translation>
    </message>
    <message>
        <source>{name} cannot be reached: {reason}.</source>
        <translation>{name} ist nicht erreichbar: {reason}.</translation>
    </message>
    <message>
        <source>Check that it is on, that “rtedit serve” runs there, and that both are in one network.</source>
        <translation>Prüfen, ob er eingeschaltet ist, ob dort „rtedit serve“ läuft und ob beide in einem Netz sind.</translation>
    </message>
    <message>
        <source>The code is not right.</source>
        <translation>Der Code stimmt nicht.</translation>
    </message>
    <message>
        <source>Type it as it is shown there; few tries are left.</source>
        <translation>So eingeben, wie er dort gezeigt wird; es bleiben nur wenige Versuche.</translation>
    </message>
    <message>
        <source>The other computer shows no code, or it ran out.</source>
        <translation>Der andere Computer zeigt keinen Code, oder er ist abgelaufen.</translation>
    </message>
    <message>
        <source>Start “rtedit serve --pair” there.</source>
        <translation>Dort „rtedit serve --pair“ starten.</translation>
    </message>
    <message>
        <source>The other computer could not read a message: {reason}.</source>
        <translation>Der andere Computer konnte eine Nachricht nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>This computer is not paired any more.</source>
        <translation>Dieser Computer ist nicht mehr gekoppelt.</translation>
    </message>
    <message>
        <source>Pair it again.</source>
        <translation>Neu koppeln.</translation>
    </message>
    <message>
        <source>{title} cannot do “{words}” yet. {todo}</source>
        <translation>{title} kann „{words}“ noch nicht. {todo}</translation>
    </message>
    <message>
        <source>Hardly anything changed: what the edit does is there already, or its place cannot be seen in this picture.</source>
        <translation>Es hat sich kaum etwas geändert: Was die Änderung bewirkt, ist schon da, oder die Stelle ist in diesem Bild nicht zu sehen.</translation>
    </message>
    <message>
        <source>The picture is very dark, and edits of a face fail in the dark: make it brighter first.</source>
        <translation>Das Bild ist sehr dunkel, und Änderungen am Gesicht misslingen im Dunkeln: Erst aufhellen.</translation>
    </message>
    <message>
        <source>The picture is black and white, and this edit puts a colour into it.</source>
        <translation>Das Bild ist schwarzweiß, und diese Änderung bringt eine Farbe hinein.</translation>
    </message>
    <message>
        <source>Windows lacks what reads HEIC pictures.</source>
        <translation>Windows fehlt, was HEIC-Bilder liest.</translation>
    </message>
    <message>
        <source>Install “HEIF Image Extensions” and “HEVC Video Extensions” from the Microsoft Store, or export it as JPEG or PNG first.</source>
        <translation>„HEIF-Bilderweiterungen“ und „HEVC-Videoerweiterungen“ aus dem Microsoft Store installieren, oder zuerst als JPEG oder PNG exportieren.</translation>
    </message>
    <message>
        <source>The file ends early: its finest details, or its colours, are missing.</source>
        <translation>Die Datei endet zu früh: Ihr fehlen die feinsten Einzelheiten oder die Farben.</translation>
    </message>
    <message>
        <source>The file ends early: a part of the picture is missing, and is filled with one colour.</source>
        <translation>Die Datei endet zu früh: Ein Teil des Bildes fehlt und ist mit einer Farbe gefüllt.</translation>
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
    <name>LoadingStatus</name>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Loading {what}</source>
        <translation>Lädt {what}</translation>
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
        <source>Pictures while it learns</source>
        <translation>Bilder während des Lernens</translation>
    </message>
    <message>
        <source>What the model makes of the photo on the way is rough, and no result yet</source>
        <translation>Was das Modell unterwegs aus dem Foto macht, ist grob und noch kein Ergebnis</translation>
    </message>
    <message>
        <source>Small, in the filmstrip</source>
        <translation>Klein, im Filmstreifen</translation>
    </message>
    <message>
        <source>On the photo</source>
        <translation>Auf dem Foto</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
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
        <source>&amp;While it learns</source>
        <translation>&amp;Beim Lernen</translation>
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
    <name>LostEditDialog</name>
    <message>
        <source>Preset in its place</source>
        <translation>Vorgabe an ihrer Stelle</translation>
    </message>
    <message>
        <source>&amp;Use this preset instead</source>
        <translation>Stattdessen diese Vorgabe &amp;verwenden</translation>
    </message>
    <message>
        <source>&amp;Switch it off</source>
        <translation>&amp;Ausschalten</translation>
    </message>
    <message>
        <source>&amp;Delete it</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Get {pack}…</source>
        <translation>{pack} &amp;holen…</translation>
    </message>
</context>
<context>
    <name>LostEdits</name>
    <message>
        <source>Edit {n} of {of}, “{title}”, cannot be made anew; everything is as it was.</source>
        <translation>Bearbeitung {n} von {of}, „{title}“, kann nicht neu gemacht werden; alles ist, wie es war.</translation>
    </message>
    <message>
        <source>“{title}” cannot be made anew; everything is as it was.</source>
        <translation>„{title}“ kann nicht neu gemacht werden; alles ist, wie es war.</translation>
    </message>
    <message>
        <source>Something else is being made; try again when that has ended.</source>
        <translation>Gerade wird etwas anderes gemacht; noch einmal versuchen, wenn das fertig ist.</translation>
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
    <name>MixController</name>
    <message>
        <source>The edits could not be made on each other.</source>
        <translation>Die Bearbeitungen konnten nicht aufeinander gemacht werden.</translation>
    </message>
    <message>
        <source>the strength</source>
        <translation>die Stärke</translation>
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
    <name>ModelCollection</name>
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
    <name>ModelController</name>
    <message>
        <source>Show the models</source>
        <translation>Modelle zeigen</translation>
    </message>
    <message>
        <source>{title} is installed.</source>
        <translation>{title} ist installiert.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
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
        <source>Use {title}</source>
        <translation>{title} verwenden</translation>
    </message>
    <message>
        <source>Import its file…</source>
        <translation>Datei importieren…</translation>
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
    <name>NetworkPage</name>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>RTEdit goes online when you press Download among the models, and at no other time unless you say so.</source>
        <translation>RTEdit geht ins Netz, wenn bei den Modellen „Herunterladen“ gedrückt wird, und sonst nur, wo es hier erlaubt ist.</translation>
    </message>
    <message>
        <source>Ask once a week whether there is a newer &amp;version</source>
        <translation>Einmal in der Woche nach einer neueren &amp;Version fragen</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>None: a direct connection</source>
        <translation>Keiner: direkte Verbindung</translation>
    </message>
    <message>
        <source>This one:</source>
        <translation>Dieser:</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Adresse des Proxys</translation>
    </message>
    <message>
        <source>Address of a mirror</source>
        <translation>Adresse eines Spiegelservers</translation>
    </message>
    <message>
        <source>Asked in place of {hub}; what comes is checked all the same</source>
        <translation>Wird statt {hub} gefragt; was kommt, wird trotzdem geprüft</translation>
    </message>
    <message>
        <source>Show all re&amp;quests…</source>
        <translation>Alle An&amp;fragen zeigen…</translation>
    </message>
    <message>
        <source>Everything that RTEdit asked of the network so far</source>
        <translation>Alles, was RTEdit bisher im Netz angefragt hat</translation>
    </message>
    <message>
        <source>Pro&amp;xy</source>
        <translation>Pro&amp;xy</translation>
    </message>
    <message>
        <source>M&amp;irror of the hub</source>
        <translation>Sp&amp;iegelserver</translation>
    </message>
    <message>
        <source>{host} is asked for its number, with the next start; nothing of yours is sent</source>
        <translation>{host} wird nach ihrer Nummer gefragt, beim nächsten Start; nichts Eigenes wird gesendet</translation>
    </message>
    <message>
        <source>This RTEdit was not built by a release, so it does not know whom to ask</source>
        <translation>Dieses RTEdit stammt aus keiner Veröffentlichung und weiß daher nicht, wo zu fragen ist</translation>
    </message>
    <message>
        <source>The setting could not be remembered.</source>
        <translation>Die Einstellung konnte nicht gespeichert werden.</translation>
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
        <source>The picture is on the clipboard.</source>
        <translation>Das Bild ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>There is no picture in the clipboard. Copy one, then paste it here.</source>
        <translation>In der Zwischenablage ist kein Bild. Erst eines kopieren, dann hier einfügen.</translation>
    </message>
    <message>
        <source>This picture is damaged or too large. Save it in the other program, then open the file.</source>
        <translation>Dieses Bild ist beschädigt oder zu groß. Im anderen Programm speichern und dann die Datei öffnen.</translation>
    </message>
    <message>
        <source>photo of the camera</source>
        <translation>Foto der Kamera</translation>
    </message>
    <message>
        <source>{n} files came at once; {name} is opened.</source>
        <translation>{n} Dateien kamen auf einmal; geöffnet wird {name}.</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Gespeichert als {name}.</translation>
    </message>
    <message>
        <source>Saved as {name}, without personal data.</source>
        <translation>Gespeichert als {name}, ohne persönliche Daten.</translation>
    </message>
</context>
<context>
    <name>PackChoice</name>
    <message>
        <source>Model pack</source>
        <translation>Modellpaket</translation>
    </message>
    <message>
        <source>The model that makes the change</source>
        <translation>Das Modell, das die Änderung macht</translation>
    </message>
    <message>
        <source>More models…</source>
        <translation>Weitere Modelle …</translation>
    </message>
</context>
<context>
    <name>PairingDialog</name>
    <message>
        <source>Pair with a computer</source>
        <translation>Mit einem Computer koppeln</translation>
    </message>
    <message>
        <source>Start “rtedit serve --pair” on the other computer: it shows an address and a code. Photos are sent there, encrypted, only while that computer is chosen, and are never written there.</source>
        <translation>Auf dem anderen Computer „rtedit serve --pair“ starten: Er zeigt eine Adresse und einen Code. Fotos werden verschlüsselt dorthin gesendet, nur solange der Computer gewählt ist, und dort nie gespeichert.</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>C&amp;ode</source>
        <translation>C&amp;ode</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Koppeln</translation>
    </message>
    <message>
        <source>The computers could not be paired.</source>
        <translation>Die Computer konnten nicht gekoppelt werden.</translation>
    </message>
</context>
<context>
    <name>PairsDialog</name>
    <message>
        <source>Learn from before and after</source>
        <translation>Aus Vorher und Nachher lernen</translation>
    </message>
    <message>
        <source>Learn</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>what the edit does, like “{example}”</source>
        <translation>was die Bearbeitung tut, etwa „{example}“</translation>
    </message>
    <message>
        <source>Show RTEdit a few pictures before and after an edit, made in any other program. It learns what changed, and the preset does the same to other photos. Both pictures of a pair must fit each other pixel for pixel; ten pairs or more teach it surely.</source>
        <translation>Zeigen Sie RTEdit einige Bilder vor und nach einer Bearbeitung, die in einem beliebigen anderen Programm entstand. Es lernt, was sich geändert hat, und die Vorgabe tut dasselbe mit anderen Fotos. Beide Bilder eines Paares müssen Pixel für Pixel zueinander passen; ab zehn Paaren lernt es sicher.</translation>
    </message>
    <message>
        <source>&amp;Before…</source>
        <translation>&amp;Vorher…</translation>
    </message>
    <message>
        <source>no folder is chosen yet</source>
        <translation>noch kein Ordner gewählt</translation>
    </message>
    <message>
        <source>A&amp;fter…</source>
        <translation>&amp;Nachher…</translation>
    </message>
    <message>
        <source>the same folder: name.before.jpg, name.after.jpg</source>
        <translation>derselbe Ordner: name.before.jpg, name.after.jpg</translation>
    </message>
    <message>
        <source>How many pairs were found</source>
        <translation>Wie viele Paare gefunden wurden</translation>
    </message>
    <message>
        <source>Choose the folder: {which}</source>
        <translation>Ordner wählen: {which}</translation>
    </message>
    <message>
        <source>Choose a folder of pictures</source>
        <translation>Einen Ordner mit Bildern wählen</translation>
    </message>
    <message>
        <source>Looking for pairs…</source>
        <translation>Paare werden gesucht…</translation>
    </message>
    <message>
        <source>One pair. It teaches only what is in it; ten or more teach the edit surely.</source>
        <translation>Ein Paar. Es lehrt nur, was in ihm ist; ab zehn wird die Bearbeitung sicher gelernt.</translation>
    </message>
    <message>
        <source>{n} pairs. So few teach only what is the same in all of them.</source>
        <translation>{n} Paare. So wenige lehren nur, was in allen gleich ist.</translation>
    </message>
    <message>
        <source>{n} pairs. It may work; ten or more teach it surely.</source>
        <translation>{n} Paare. Das kann genügen; ab zehn lernt es sicher.</translation>
    </message>
    <message>
        <source>{n} pairs.</source>
        <translation>{n} Paare.</translation>
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
        <source>The picture could not be copied.</source>
        <translation>Das Bild konnte nicht kopiert werden.</translation>
    </message>
    <message>
        <source>{name}-edited</source>
        <translation>{name}-bearbeitet</translation>
    </message>
    <message>
        <source>Could not save {name}.</source>
        <translation>{name} konnte nicht gespeichert werden.</translation>
    </message>
</context>
<context>
    <name>PlaceStatus</name>
    <message>
        <source>in a region · {width} × {height} · {zoom:.0f} %</source>
        <translation>in einem Bereich · {width} × {height} · {zoom:.0f} %</translation>
    </message>
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
        <source>Its two small pictures, before and after, are in the file.</source>
        <translation>Seine zwei kleinen Bilder, vorher und nachher, sind in der Datei.</translation>
    </message>
    <message>
        <source>Leave them out</source>
        <translation>Weglassen</translation>
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
        <source>an edit deleted</source>
        <translation>eine gelöschte Bearbeitung</translation>
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
        <source>Left out, because they could not be opened: {names}.</source>
        <translation>Weggelassen, weil nicht zu öffnen: {names}.</translation>
    </message>
    <message>
        <source>In {n} of {of} pictures no face was found; their middles are used.</source>
        <translation>In {n} von {of} Bildern wurde kein Gesicht gefunden; von ihnen wird die Mitte genommen.</translation>
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
    <name>PresetCollection</name>
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
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>Wie sicher</translation>
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
    <name>PresetLearning</name>
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
        <source>{why} They are left out.</source>
        <translation>{why} Sie werden ausgelassen.</translation>
    </message>
    <message>
        <source>None of the pairs can be learned from.</source>
        <translation>Aus keinem der Paare lässt sich lernen.</translation>
    </message>
    <message>
        <source>A pair could not be opened.</source>
        <translation>Ein Paar konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>{n} pairs are left out; the first: {why}</source>
        <translation>{n} Paare bleiben weg; das erste: {why}</translation>
    </message>
    <message>
        <source>Of {n} pairs the first {most} are learned from.</source>
        <translation>Von {n} Paaren werden die ersten {most} gelernt.</translation>
    </message>
    <message>
        <source> and others</source>
        <translation> und anderen</translation>
    </message>
    <message>
        <source>In {names} the change goes the opposite way of the other pairs.</source>
        <translation>In {names} geht die Änderung in die Gegenrichtung der anderen Paare.</translation>
    </message>
    <message>
        <source>Look whether before and after are swapped.</source>
        <translation>Sehen Sie nach, ob Vorher und Nachher vertauscht sind.</translation>
    </message>
    <message>
        <source>Learning “{title}”</source>
        <translation>„{title}“ wird gelernt</translation>
    </message>
    <message>
        <source>Loading {what}…</source>
        <translation>Lädt {what}…</translation>
    </message>
    <message>
        <source>Drawing the picture of “{title}”</source>
        <translation>Das Bild von „{title}“ wird gezeichnet</translation>
    </message>
    <message>
        <source>Nothing had to be learned.</source>
        <translation>Es musste nichts gelernt werden.</translation>
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
        <source>often comes out badly</source>
        <translation>wird oft nicht gut</translation>
    </message>
    <message>
        <source>comes with RTEdit</source>
        <translation>liegt RTEdit bei</translation>
    </message>
    <message>
        <source>your own</source>
        <translation>eigene</translation>
    </message>
    <message>
        <source>{words} · at {n}&#xa0;%</source>
        <translation>{words} · bei {n}&#xa0;%</translation>
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
        <source>Change the photo (Enter); Ctrl+Return does it on the chosen result</source>
        <translation>Das Foto verändern (Eingabetaste); Strg+Eingabe verändert das gewählte Ergebnis</translation>
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
        <source>Four results of the same prompt, to pick one (Ctrl+Shift+Return)</source>
        <translation>Vier Ergebnisse desselben Prompts, um eines auszuwählen (Strg+Umschalt+Eingabe)</translation>
    </message>
    <message>
        <source>Another variation</source>
        <translation>Andere Variante</translation>
    </message>
    <message>
        <source>Variat&amp;ion</source>
        <translation>Var&amp;iante</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
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
        <source>How strong the chosen edit is; it follows without learning again. A double click resets it</source>
        <translation>Wie stark die gewählte Bearbeitung ist; sie folgt, ohne neu zu lernen. Ein Doppelklick setzt sie zurück</translation>
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
        <source>What should change? For example “{example}”</source>
        <translation>Was soll sich ändern? Zum Beispiel „{example}“</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Einreihen</translation>
    </message>
    <message>
        <source>Run it when what runs now has ended (Enter); Ctrl+Return does it on what comes out</source>
        <translation>Starten, wenn zu Ende ist, was jetzt läuft (Eingabetaste); Strg+Eingabe auf dem, was dabei herauskommt</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>Another variation for the next run; this is number {n}</source>
        <translation>Eine andere Variante für den nächsten Lauf; dies ist Nummer {n}</translation>
    </message>
</context>
<context>
    <name>PromptEdit</name>
    <message>
        <source>Use “{word}”</source>
        <translation>„{word}“ nehmen</translation>
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
        <source>{pack} is often unsure about “{words}”.</source>
        <translation>{pack} ist sich bei „{words}“ oft unsicher.</translation>
    </message>
    <message>
        <source>Enter changes “{source}” to “{prompt}” at once: it was learned before.</source>
        <translation>Eingabe macht aus „{source}“ sofort „{prompt}“: schon gelernt.</translation>
    </message>
    <message>
        <source>Enter changes “{source}” to “{prompt}”.</source>
        <translation>Eingabe macht aus „{source}“ „{prompt}“.</translation>
    </message>
    <message>
        <source>Enter applies at once: {edits}.</source>
        <translation>Enter wendet sofort an: {edits}.</translation>
    </message>
    <message>
        <source>Enter applies {edits}, but not “{words}”: {pack} cannot do that yet.</source>
        <translation>Enter wendet {edits} an, aber nicht „{words}“: {pack} kann das noch nicht.</translation>
    </message>
</context>
<context>
    <name>QtCamera</name>
    <message>
        <source>RTEdit may not use the camera. Allow it in the system&apos;s privacy settings, then try again.</source>
        <translation>RTEdit darf die Kamera nicht benutzen. In den Datenschutz-Einstellungen des Systems erlauben, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The camera cannot be used: a part of Qt&apos;s multimedia is missing ({reason}). Install PySide6-Addons, and on Linux libpulse0.</source>
        <translation>Die Kamera lässt sich nicht benutzen: Ein Teil von Qts Multimedia fehlt ({reason}). PySide6-Addons installieren, unter Linux auch libpulse0.</translation>
    </message>
    <message>
        <source>No camera was found. Plug one in and try again, or open a photo from disk.</source>
        <translation>Es wurde keine Kamera gefunden. Eine anschließen und noch einmal versuchen oder ein Foto von der Festplatte öffnen.</translation>
    </message>
    <message>
        <source>The camera does not work: {reason}. Close other programs that use it, then try again.</source>
        <translation>Die Kamera funktioniert nicht: {reason}. Andere Programme schließen, die sie benutzen, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>it gives no reason</source>
        <translation>sie nennt keinen Grund</translation>
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
        <source>{title} · variation {seed}</source>
        <translation>{title} · Variante {seed}</translation>
    </message>
</context>
<context>
    <name>RegionPanel</name>
    <message>
        <source>Region</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Paint where the photo may change (B)</source>
        <translation>Malen, wo sich das Foto ändern darf (B)</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Draw a rectangle where the photo may change (R)</source>
        <translation>Ein Rechteck zeichnen, in dem sich das Foto ändern darf (R)</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Radieren</translation>
    </message>
    <message>
        <source>Take away from the region: with the right mouse button too (X)</source>
        <translation>Vom Bereich wegnehmen: auch mit der rechten Maustaste (X)</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Größe des Pinsels</translation>
    </message>
    <message>
        <source>Size of the brush ([ and ] on the photo)</source>
        <translation>Größe des Pinsels ([ und ] auf dem Foto)</translation>
    </message>
    <message>
        <source>Si&amp;ze</source>
        <translation>&amp;Größe</translation>
    </message>
    <message>
        <source>Whole s&amp;quare</source>
        <translation>Ganzes &amp;Quadrat</translation>
    </message>
    <message>
        <source>No region: the change is seen wherever the model made it</source>
        <translation>Kein Bereich: Die Änderung ist überall zu sehen, wo das Modell sie gemacht hat</translation>
    </message>
    <message>
        <source>Do&amp;ne</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>Put the brush away; the region stays (Esc)</source>
        <translation>Den Pinsel weglegen; der Bereich bleibt (Esc)</translation>
    </message>
    <message>
        <source>The region can be changed when the edit is done.</source>
        <translation>Der Bereich kann geändert werden, wenn die Bearbeitung fertig ist.</translation>
    </message>
    <message>
        <source>The photo changes only where it is not red.</source>
        <translation>Das Foto ändert sich nur dort, wo es nicht rot ist.</translation>
    </message>
    <message>
        <source>Paint where the photo may change.</source>
        <translation>Malen, wo sich das Foto ändern darf.</translation>
    </message>
</context>
<context>
    <name>RunController</name>
    <message>
        <source>This was made before: it is the result that is shown. Another variation makes another.</source>
        <translation>Das gibt es schon: Es ist das Ergebnis, das zu sehen ist. Eine andere Variante macht ein anderes.</translation>
    </message>
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
    <name>SavingSettings</name>
    <message>
        <source>Saved photos</source>
        <translation>Gespeicherte Fotos</translation>
    </message>
    <message>
        <source>Folder that results are saved in</source>
        <translation>Ordner, in dem Ergebnisse gespeichert werden</translation>
    </message>
    <message>
        <source>Where Save as begins; any other folder can still be chosen there</source>
        <translation>Wo „Speichern unter“ beginnt; jeder andere Ordner kann dort weiter gewählt werden</translation>
    </message>
    <message>
        <source>Leave out &amp;personal metadata</source>
        <translation>&amp;Persönliche Metadaten weglassen</translation>
    </message>
    <message>
        <source>Who, where, and with which very camera; date and exposure stay</source>
        <translation>Wer, wo und mit genau welcher Kamera; Datum und Belichtung bleiben</translation>
    </message>
    <message>
        <source>Write the &amp;recipe into the photo</source>
        <translation>Das &amp;Rezept in das Foto schreiben</translation>
    </message>
    <message>
        <source>Prompt, settings and seed, as XMP; not where personal metadata is left out</source>
        <translation>Prompt, Einstellungen und Seed, als XMP; nicht, wo persönliche Metadaten weggelassen werden</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>S&amp;peichern</translation>
    </message>
    <message>
        <source>Beside the photo</source>
        <translation>Neben dem Foto</translation>
    </message>
    <message>
        <source>In “{folder}”</source>
        <translation>In „{folder}“</translation>
    </message>
    <message>
        <source>In another folder…</source>
        <translation>In einem anderen Ordner…</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>&amp;General</source>
        <translation>&amp;Allgemein</translation>
    </message>
    <message>
        <source>&amp;Computing</source>
        <translation>&amp;Rechnen</translation>
    </message>
    <message>
        <source>&amp;Disk space</source>
        <translation>&amp;Speicherplatz</translation>
    </message>
    <message>
        <source>&amp;Network</source>
        <translation>&amp;Netz</translation>
    </message>
    <message>
        <source>&amp;Reset…</source>
        <translation>&amp;Zurücksetzen…</translation>
    </message>
    <message>
        <source>All settings as they were when RTEdit was new</source>
        <translation>Alle Einstellungen, wie sie waren, als RTEdit neu war</translation>
    </message>
    <message>
        <source>Set everything here back to how it began?</source>
        <translation>Hier alles auf den Anfang zurücksetzen?</translation>
    </message>
    <message>
        <source>Where less is kept on disk then, the oldest goes. Photos and presets stay.</source>
        <translation>Wo dann weniger auf der Platte bleibt, geht das Älteste. Fotos und Vorgaben bleiben.</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
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
        <source>Quick</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Less of the model learns, in fewer steps: a third of the time. Usual where no graphics card is</source>
        <translation>Weniger vom Modell lernt, in weniger Schritten: ein Drittel der Zeit. Üblich, wo keine Grafikkarte da ist</translation>
    </message>
    <message>
        <source>How well the change in the picture fits the change in words, as the text model sees it: 1 is best</source>
        <translation>Wie gut die Änderung im Bild zu der in Worten passt, so wie das Textmodell es sieht: 1 ist am besten</translation>
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
        <source>Another number makes another picture of the same prompt</source>
        <translation>Eine andere Zahl ergibt ein anderes Bild zum selben Prompt</translation>
    </message>
    <message>
        <source>&amp;Detail kept</source>
        <translation>&amp;Details behalten</translation>
    </message>
    <message>
        <source>Variation (&amp;seed)</source>
        <translation>Variante (&amp;Startwert)</translation>
    </message>
    <message>
        <source>How much of the photo stays as it is (t0 {t0} of 1000)</source>
        <translation>Wie viel vom Foto bleibt, wie es ist (t0 {t0} von 1000)</translation>
    </message>
    <message>
        <source>{words}. Recommended: {value}</source>
        <translation>{words}. Empfohlen: {value}</translation>
    </message>
    <message>
        <source>usual {value}</source>
        <translation>üblich {value}</translation>
    </message>
    <message>
        <source>t0 {t0}, usual {value}</source>
        <translation>t0 {t0}, üblich {value}</translation>
    </message>
    <message>
        <source>Direction score {score}</source>
        <translation>Richtungswert {score}</translation>
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
    <name>SettingsWriter</name>
    <message>
        <source>The setting could not be remembered: {reason}.</source>
        <translation>Die Einstellung konnte nicht gemerkt werden: {reason}.</translation>
    </message>
    <message>
        <source>It stays as it was.</source>
        <translation>Sie bleibt, wie sie war.</translation>
    </message>
</context>
<context>
    <name>SquareCutting</name>
    <message>
        <source>An edit was made with the model pack “{pack}”, which is not installed.</source>
        <translation>Eine Bearbeitung wurde mit dem Modell „{pack}“ gemacht, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>Get it under Models.</source>
        <translation>Es ist unter Modelle zu haben.</translation>
    </message>
</context>
<context>
    <name>StackController</name>
    <message>
        <source>an edit switched on</source>
        <translation>eine eingeschaltete Bearbeitung</translation>
    </message>
    <message>
        <source>an edit switched off</source>
        <translation>eine ausgeschaltete Bearbeitung</translation>
    </message>
    <message>
        <source>the strength</source>
        <translation>die Stärke</translation>
    </message>
    <message>
        <source>an edit deleted</source>
        <translation>eine gelöschte Bearbeitung</translation>
    </message>
    <message>
        <source>the order of the edits</source>
        <translation>die Reihenfolge der Bearbeitungen</translation>
    </message>
</context>
<context>
    <name>StackJobs</name>
    <message>
        <source>The edits could not be made on each other.</source>
        <translation>Die Bearbeitungen konnten nicht aufeinander gemacht werden.</translation>
    </message>
    <message>
        <source>the strength</source>
        <translation>die Stärke</translation>
    </message>
</context>
<context>
    <name>StackPanel</name>
    <message>
        <source>Edits on each other</source>
        <translation>Bearbeitungen aufeinander</translation>
    </message>
    <message>
        <source>The photo, then each edit; Space switches the chosen one off and on, Alt+Up and Alt+Down move it, Del deletes it</source>
        <translation>Das Foto, dann jede Bearbeitung; die Leertaste schaltet die gewählte aus und ein, Alt+Hoch und Alt+Runter verschieben sie, Entf löscht sie</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>Bearbeitungen</translation>
    </message>
    <message>
        <source>The next edit goes on top of these.</source>
        <translation>Die nächste Bearbeitung kommt obenauf.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Take the chosen edit out; those above it are made anew (Del)</source>
        <translation>Die gewählte Bearbeitung entfernen; die darüber werden neu gemacht (Entf)</translation>
    </message>
    <message>
        <source>The edit that is being made goes on top of these.</source>
        <translation>Die Bearbeitung, die gerade entsteht, kommt obenauf.</translation>
    </message>
    <message>
        <source>{n}&#xa0;%</source>
        <translation>{n}&#xa0;%</translation>
    </message>
    <message>
        <source>a step on the way</source>
        <translation>ein Schritt auf dem Weg</translation>
    </message>
    <message>
        <source>{how} · in a region</source>
        <translation>{how} · in einem Bereich</translation>
    </message>
    <message>
        <source>its model is gone · {how}</source>
        <translation>Modell fehlt · {how}</translation>
    </message>
    <message>
        <source>its preset is gone · {how}</source>
        <translation>Vorgabe fehlt · {how}</translation>
    </message>
    <message>
        <source>Model: {title}</source>
        <translation>Modell: {title}</translation>
    </message>
    <message>
        <source>The eye switches it off and on.</source>
        <translation>Das Auge schaltet sie aus und ein.</translation>
    </message>
    <message>
        <source>&amp;Switch off</source>
        <translation>Au&amp;sschalten</translation>
    </message>
    <message>
        <source>&amp;Switch on</source>
        <translation>Ein&amp;schalten</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
</context>
<context>
    <name>StandingStrip</name>
    <message>
        <source>Dismiss the warning</source>
        <translation>Warnung ausblenden</translation>
    </message>
</context>
<context>
    <name>StartNotices</name>
    <message>
        <source>This computer has an NVIDIA card, but the installed torch computes without it.</source>
        <translation>Dieser Computer hat eine NVIDIA-Karte, aber das installierte torch rechnet ohne sie.</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>RTEdit {version} is there.</source>
        <translation>RTEdit {version} ist da.</translation>
    </message>
    <message>
        <source>Open its page</source>
        <translation>Seite öffnen</translation>
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
        <source>{prompt} – preset “{title}”</source>
        <translation>{prompt} – Vorgabe „{title}“</translation>
    </message>
    <message>
        <source>{prompt}, instant</source>
        <translation>{prompt}, sofort</translation>
    </message>
</context>
<context>
    <name>TextDialog</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>{name} could not be saved: {reason}.</source>
        <translation>{name} konnte nicht gespeichert werden: {reason}.</translation>
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
        <source>Save the text</source>
        <translation>Text speichern</translation>
    </message>
</context>
<context>
    <name>VariationRow</name>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Keep the one that is shown; the others stay among the results</source>
        <translation>Behalten, was zu sehen ist; die anderen bleiben bei den Ergebnissen</translation>
    </message>
    <message>
        <source>Variations of “{title}”: click one, or press 1 to {n}, to look at it.</source>
        <translation>Varianten von „{title}“: anklicken oder 1 bis {n} drücken, um eine anzusehen.</translation>
    </message>
    <message>
        <source>variation {seed}</source>
        <translation>Variante {seed}</translation>
    </message>
    <message>
        <source>Variation {seed}, number {n} of those here</source>
        <translation>Variante {seed}, Nummer {n} von diesen</translation>
    </message>
    <message>
        <source>Look at this one ({n})</source>
        <translation>Diese ansehen ({n})</translation>
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
        <source>{words}; {note}</source>
        <translation>{words}; {note}</translation>
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
    <name>fit_controller</name>
    <message>
        <source>This does not look like {domain}, which is all that {title} knows: expect a poor result.</source>
        <translation>Das sieht nicht nach dem aus, was {title} als Einziges kennt ({domain}): Das Ergebnis wird wohl schlecht.</translation>
    </message>
</context>
<context>
    <name>frames</name>
    <message>
        <source>composing…</source>
        <translation>wird zusammengesetzt…</translation>
    </message>
    <message>
        <source>{picture} · composing…</source>
        <translation>{picture} · wird zusammengesetzt…</translation>
    </message>
    <message>
        <source>source</source>
        <translation>Ausgangsbild</translation>
    </message>
    <message>
        <source>learning {step}/{of}</source>
        <translation>Lernen {step}/{of}</translation>
    </message>
    <message>
        <source>step {step}/{of}</source>
        <translation>Schritt {step}/{of}</translation>
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
        <source>Ctrl+. in the prompt</source>
        <translation>Strg+. im Prompt</translation>
    </message>
    <message>
        <source>Use the word that is offered for an unknown one</source>
        <translation>Das Wort nehmen, das für ein unbekanntes angeboten wird</translation>
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
        <source>Rename, delete, mark as favourite</source>
        <translation>Umbenennen, löschen, als Favorit markieren</translation>
    </message>
    <message>
        <source>F2, Del, Ctrl+Shift+F on a preset</source>
        <translation>F2, Entf, Strg+Umschalt+F auf einer Vorgabe</translation>
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
        <source>Space, Alt+Up, Alt+Down, Del on an edit</source>
        <translation>Leertaste, Alt+Hoch, Alt+Runter, Entf auf einer Bearbeitung</translation>
    </message>
    <message>
        <source>Switch it off or on, move it, delete it</source>
        <translation>Sie aus- oder einschalten, verschieben, löschen</translation>
    </message>
    <message>
        <source>[ and ] on the photo</source>
        <translation>[ und ] auf dem Foto</translation>
    </message>
    <message>
        <source>Make the square smaller or larger</source>
        <translation>Quadrat verkleinern oder vergrößern</translation>
    </message>
    <message>
        <source>B, R, X while a region is drawn</source>
        <translation>B, R, X, während ein Bereich gezeichnet wird</translation>
    </message>
    <message>
        <source>Brush, rectangle, erase; right button: erase</source>
        <translation>Pinsel, Rechteck, Radieren; rechte Taste: radieren</translation>
    </message>
    <message>
        <source>Arrows, Enter while a region is drawn</source>
        <translation>Pfeile, Eingabe, während ein Bereich gezeichnet wird</translation>
    </message>
    <message>
        <source>Move the brush, with Shift farther; put it down, lift it</source>
        <translation>Den Pinsel bewegen, mit Umschalt weiter; aufsetzen, abheben</translation>
    </message>
    <message>
        <source>[ and ] while a region is drawn</source>
        <translation>[ und ], während ein Bereich gezeichnet wird</translation>
    </message>
    <message>
        <source>A smaller or larger brush</source>
        <translation>Ein kleinerer oder größerer Pinsel</translation>
    </message>
    <message>
        <source>Comma, period on the photo</source>
        <translation>Komma, Punkt auf dem Foto</translation>
    </message>
    <message>
        <source>Turn the square; with the mouse by its handle, Shift for 15°</source>
        <translation>Das Quadrat drehen; mit der Maus an seinem Griff, Umschalt für 15°</translation>
    </message>
</context>
<context>
    <name>language</name>
    <message>
        <source>en</source>
        <translation>de</translation>
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
        <source>{files} from {source}</source>
        <translation>{files} von {source}</translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source>Or get {places} in another way, and import it here.</source>
        <translation>Oder {places} auf anderem Weg holen und hier importieren.</translation>
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
        <source>Edit {n} of {of} · {what}</source>
        <translation>Bearbeitung {n} von {of} · {what}</translation>
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
        <translation>Lädt {what}…</translation>
    </message>
    <message>
        <source>Putting together what lies below…</source>
        <translation>Was darunter liegt, wird zusammengesetzt…</translation>
    </message>
    <message>
        <source>Making the picture: step {n} of {of}</source>
        <translation>Bild entsteht: Schritt {n} von {of}</translation>
    </message>
    <message>
        <source>Learning: the first of {of} steps</source>
        <translation>Lernen: der erste von {of} Schritten</translation>
    </message>
    <message>
        <source>Learning: step {n} of {of}</source>
        <translation>Lernen: Schritt {n} von {of}</translation>
    </message>
    <message>
        <source>how sure: {score}</source>
        <translation>wie sicher: {score}</translation>
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
        <source>{how} · variation&#xa0;{seed}</source>
        <translation>{how} · Variante&#xa0;{seed}</translation>
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
        <source>Limited to a region</source>
        <translation>Auf einen Bereich begrenzt</translation>
    </message>
    <message>
        <source>On top of: {edits}</source>
        <translation>Auf: {edits}</translation>
    </message>
    <message>
        <source>the photo</source>
        <translation>dem Foto</translation>
    </message>
    <message>
        <source>how sure: {score}</source>
        <translation>wie sicher: {score}</translation>
    </message>
    <message>
        <source>made in {seconds} s</source>
        <translation>gemacht in {seconds} s</translation>
    </message>
    <message>
        <source>{n}&#xa0;%</source>
        <translation>{n}&#xa0;%</translation>
    </message>
</context>
<context>
    <name>sentences</name>
    <message>
        <source>Memory is full: close other programs.</source>
        <translation>Der Speicher ist voll: andere Programme schließen.</translation>
    </message>
</context>
<context>
    <name>text_dialog</name>
    <message>
        <source>This is the whole report. Folders and file names are left out, and there are no pictures or prompts in it. It goes nowhere by itself: copy or save it, and give it to whoever helps you.</source>
        <translation>Das ist der ganze Bericht. Ordner und Dateinamen sind weggelassen, Bilder und Prompts enthält er nicht. Er wird nirgendwohin gesendet: kopieren oder speichern und weitergeben, wo Hilfe zu erwarten ist.</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>The whole report</source>
        <translation>Der ganze Bericht</translation>
    </message>
    <message>
        <source>What RTEdit asked of the network, the latest last. It asks for models, when somebody presses Download, and for nothing else.</source>
        <translation>Was RTEdit im Netz angefragt hat, das Neueste zuletzt. Es fragt nach Modellen, wenn jemand „Herunterladen“ drückt, und nach nichts sonst.</translation>
    </message>
    <message>
        <source>Nothing so far.</source>
        <translation>Bisher nichts.</translation>
    </message>
    <message>
        <source>Every request that RTEdit made, a line each</source>
        <translation>Jede Anfrage von RTEdit in einer Zeile</translation>
    </message>
    <message>
        <source>Network requests</source>
        <translation>Netzwerkanfragen</translation>
    </message>
</context>
</TS>
