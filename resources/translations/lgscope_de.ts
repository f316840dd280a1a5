<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ColumnChoice</name>
    <message>
        <source>Not available: the vCPUs are side by side</source>
        <translation>Nicht verfügbar: Die vCPUs stehen nebeneinander</translation>
    </message>
    <message>
        <source>Not available: it is the only column</source>
        <translation>Nicht verfügbar: Es ist die einzige Spalte</translation>
    </message>
    <message>
        <source>All as at first</source>
        <translation>Alle wie zu Anfang</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Recordings (*%1);;All files (*)</source>
        <translation>Aufzeichnungen (*%1);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Saved guests (*%1);;All files (*)</source>
        <translation>Gesicherte Gäste (*%1);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>InnerNames</name>
    <message>
        <source>%1: all</source>
        <translation>%1: alle</translation>
    </message>
    <message>
        <source>%1: text to search for</source>
        <translation>%1: Suchtext</translation>
    </message>
    <message>
        <source>%1: scroll</source>
        <translation>%1: rollen</translation>
    </message>
    <message>
        <source>%1: choices</source>
        <translation>%1: Auswahl</translation>
    </message>
</context>
<context>
    <name>Numbers</name>
    <message>
        <source>%L1 µs</source>
        <translation>%L1 µs</translation>
    </message>
    <message>
        <source>%L1 ms</source>
        <translation>%L1 ms</translation>
    </message>
    <message>
        <source>%L1 s</source>
        <translation>%L1 s</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>lgscope: %1; see lgscope --help</source>
        <translation>lgscope: %1; siehe lgscope --help</translation>
    </message>
    <message>
        <source>no language &apos;%1&apos;</source>
        <translation>keine Sprache „%1“</translation>
    </message>
    <message>
        <source>Runs lguest guests and shows what happens between Guest and Host.</source>
        <translation>Führt lguest-Gäste aus und zeigt, was zwischen Gast und Host geschieht.</translation>
    </message>
    <message>
        <source>Launch a bundled guest at once: user, unless NAME says which.</source>
        <translation>Einen mitgelieferten Gast sofort starten: user, wenn NAME nichts anderes sagt.</translation>
    </message>
    <message>
        <source>NAME</source>
        <translation>NAME</translation>
    </message>
    <message>
        <source>Open a recording, or offer a kernel for launch.</source>
        <translation>Eine Aufzeichnung öffnen oder einen Kernel zum Start anbieten.</translation>
    </message>
    <message>
        <source>FILE</source>
        <translation>DATEI</translation>
    </message>
    <message>
        <source>light, dark or desktop.</source>
        <translation>light (hell), dark (dunkel) oder desktop (wie die Arbeitsumgebung).</translation>
    </message>
    <message>
        <source>THEME</source>
        <translation>FARBEN</translation>
    </message>
    <message>
        <source>The window&apos;s language instead of the desktop&apos;s: %1.</source>
        <translation>Die Sprache des Fensters, statt der der Arbeitsumgebung: %1.</translation>
    </message>
    <message>
        <source>LANGUAGE</source>
        <translation>SPRACHE</translation>
    </message>
    <message>
        <source>The window&apos;s size, such as 1024x700.</source>
        <translation>Die Größe des Fensters, etwa 1024x700.</translation>
    </message>
    <message>
        <source>WxH</source>
        <translation>BxH</translation>
    </message>
    <message>
        <source>Views to bring to the front for it, such as switcher,code.</source>
        <translation>Ansichten, die dafür nach vorn sollen, etwa switcher,code.</translation>
    </message>
    <message>
        <source>VIEWS</source>
        <translation>ANSICHTEN</translation>
    </message>
    <message>
        <source>When the demo&apos;s events show, save a picture of the window.</source>
        <translation>Ein Bild des Fensters sichern, sobald Ereignisse der Vorführung zu sehen sind.</translation>
    </message>
    <message>
        <source>With the screenshot, save the console&apos;s text.</source>
        <translation>Mit dem Bild auch den Text der Konsole sichern.</translation>
    </message>
    <message>
        <source>End the program after that.</source>
        <translation>Das Programm danach beenden.</translation>
    </message>
    <message>
        <source>The same as --open FILE.</source>
        <translation>Dasselbe wie --open DATEI.</translation>
    </message>
    <message>
        <source>only one file can be opened</source>
        <translation>nur eine Datei kann geöffnet werden</translation>
    </message>
    <message>
        <source>no theme &apos;%1&apos;</source>
        <translation>keine Farben „%1“</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no size</source>
        <translation>„%1“ ist keine Größe</translation>
    </message>
</context>
<context>
    <name>QAbstractItemView</name>
    <message>
        <source>%1: columns</source>
        <translation>%1: Spalten</translation>
    </message>
    <message>
        <source>Copy selected rows</source>
        <translation>Ausgewählte Zeilen kopieren</translation>
    </message>
</context>
<context>
    <name>ui::ActionModel</name>
    <message>
        <source>%1, on</source>
        <translation>%1, an</translation>
    </message>
</context>
<context>
    <name>ui::BookmarksView</name>
    <message>
        <source>Bookmarks</source>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>Bookmarked events</source>
        <translation>Ereignisse mit Lesezeichen</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Bookmark columns</source>
        <translation>Spalten der Lesezeichen</translation>
    </message>
    <message>
        <source>Double click or press Enter to select the event; F2 writes its note</source>
        <translation>Doppelklick oder Eingabetaste wählt das Ereignis aus; F2 schreibt seine Notiz</translation>
    </message>
    <message>
        <source>Bookmark the selected event, or forget it</source>
        <translation>Lesezeichen am ausgewählten Ereignis setzen oder entfernen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+Z</source>
        <translation>Ctrl+Shift+Z</translation>
    </message>
    <message>
        <source>Forget the selected</source>
        <translation>Ausgewählte entfernen</translation>
    </message>
    <message>
        <source>Forget the selected bookmarks</source>
        <translation>Ausgewählte Lesezeichen entfernen</translation>
    </message>
    <message>
        <source>Not available: select what is to be forgotten</source>
        <translation>Nicht verfügbar: Wählen Sie aus, was entfernt werden soll</translation>
    </message>
    <message>
        <source>Select an event in Traffic and press %1
to find it again here.</source>
        <translation>Wählen Sie ein Ereignis im Verkehr und drücken Sie %1,
um es hier wiederzufinden.</translation>
    </message>
    <message>
        <source>Time (s)</source>
        <translation>Zeit (s)</translation>
    </message>
</context>
<context>
    <name>ui::ChangesPanel</name>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Physical</source>
        <translation>Physisch</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
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
        <source>Places that changed</source>
        <translation>Stellen, die sich geändert haben</translation>
    </message>
    <message>
        <source>Take a snapshot</source>
        <translation>Schnappschuss machen</translation>
    </message>
    <message>
        <source>Keep the Guest&apos;s memory and page tables of this moment</source>
        <translation>Speicher und Seitentabellen des Gasts in diesem Moment festhalten</translation>
    </message>
    <message>
        <source>From this moment</source>
        <translation>Von diesem Moment</translation>
    </message>
    <message>
        <source>To this moment</source>
        <translation>Bis zu diesem Moment</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare the memory of the two moments</source>
        <translation>Den Speicher der beiden Momente vergleichen</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>verlangt</translation>
    </message>
    <message>
        <source>the selected event</source>
        <translation>das ausgewählte Ereignis</translation>
    </message>
    <message>
        <source>Take a snapshot, let the Guest go on,
take another one, and compare.</source>
        <translation>Machen Sie einen Schnappschuss, lassen Sie den Gast weiterlaufen,
machen Sie noch einen und vergleichen Sie.</translation>
    </message>
    <message>
        <source>Choose two moments and compare.</source>
        <translation>Wählen Sie zwei Momente und vergleichen Sie.</translation>
    </message>
    <message>
        <source>Not available: %1</source>
        <translation>Nicht verfügbar: %1</translation>
    </message>
    <message>
        <source>there are no two moments to compare</source>
        <translation>es gibt keine zwei Momente zum Vergleichen</translation>
    </message>
    <message>
        <source>choose two moments</source>
        <translation>wählen Sie zwei Momente</translation>
    </message>
    <message>
        <source>From %1 to %2</source>
        <translation>Von %1 bis %2</translation>
    </message>
    <message>
        <source>Nothing has changed.</source>
        <translation>Nichts hat sich geändert.</translation>
    </message>
    <message>
        <source>%1: %2 bytes in %3 pages changed</source>
        <translation>%1: %2 Bytes in %3 Seiten geändert</translation>
    </message>
    <message>
        <source>, the first %1 places are shown</source>
        <translation>, die ersten %1 Stellen sind zu sehen</translation>
    </message>
    <message>
        <source>Let the Guest go on, take another snapshot, and compare.</source>
        <translation>Lassen Sie den Gast weiterlaufen, machen Sie noch einen Schnappschuss und vergleichen Sie.</translation>
    </message>
    <message>
        <source>snapshot %1 (%2)</source>
        <translation>Schnappschuss %1 (%2)</translation>
    </message>
    <message>
        <source>snapshot %1, at %2 s (%3)</source>
        <translation>Schnappschuss %1, bei %2 s (%3)</translation>
    </message>
</context>
<context>
    <name>ui::CodeView</name>
    <message>
        <source>Code and stack</source>
        <translation>Code und Stapel</translation>
    </message>
    <message>
        <source>Where the Guest is</source>
        <translation>Wo der Gast steht</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>esp +</source>
        <translation>esp +</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Bedeutung</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Border between code and stack</source>
        <translation>Grenze zwischen Code und Stapel</translation>
    </message>
    <message>
        <source>Breakpoint at this instruction</source>
        <translation>Haltepunkt an diesem Befehl</translation>
    </message>
    <message>
        <source>Show this address in Memory</source>
        <translation>Diese Adresse im Speicher zeigen</translation>
    </message>
    <message>
        <source>Back to where the Guest is</source>
        <translation>Zurück zur Stelle, an der der Gast steht</translation>
    </message>
    <message>
        <source>At the selected event: %1 (memory as it is now)</source>
        <translation>Beim ausgewählten Ereignis: %1 (Speicher wie jetzt)</translation>
    </message>
    <message>
        <source>%1 · ring %2 · %3</source>
        <translation>%1 · Ring %2 · %3</translation>
    </message>
    <message>
        <source>Now, stopped</source>
        <translation>Jetzt, angehalten</translation>
    </message>
    <message>
        <source>The code cannot be read: %1</source>
        <translation>Der Code ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>The stack cannot be read: %1</source>
        <translation>Der Stapel ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>%1
%2</source>
        <translation>%1
%2</translation>
    </message>
</context>
<context>
    <name>ui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation>Schreiben Sie, was Sie tun möchten</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>ui::ConsoleView</name>
    <message>
        <source>Console</source>
        <translation>Konsole</translation>
    </message>
    <message>
        <source>Guest console</source>
        <translation>Konsole des Gasts</translation>
    </message>
    <message>
        <source>Search console</source>
        <translation>In der Konsole suchen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+F</source>
        <translation>Ctrl+Shift+F</translation>
    </message>
    <message>
        <source>Copy console selection</source>
        <translation>Auswahl der Konsole kopieren</translation>
    </message>
    <message>
        <source>Ctrl+Shift+C</source>
        <translation>Ctrl+Shift+C</translation>
    </message>
    <message>
        <source>Paste into console</source>
        <translation>In die Konsole einfügen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+V</source>
        <translation>Ctrl+Shift+V</translation>
    </message>
    <message>
        <source>Save console text…</source>
        <translation>Text der Konsole sichern…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+T</source>
        <translation>Ctrl+Shift+T</translation>
    </message>
    <message>
        <source>Show the moment when the selected line was printed</source>
        <translation>Den Moment zeigen, in dem die ausgewählte Zeile erschien</translation>
    </message>
    <message>
        <source>Ctrl+Shift+A</source>
        <translation>Ctrl+Shift+A</translation>
    </message>
    <message>
        <source>Of the selected line, or of the last one, in Traffic</source>
        <translation>Den der ausgewählten oder der letzten Zeile, im Verkehr</translation>
    </message>
    <message>
        <source>Console at the selected event</source>
        <translation>Konsole beim ausgewählten Ereignis</translation>
    </message>
    <message>
        <source>Console note</source>
        <translation>Hinweis zur Konsole</translation>
    </message>
    <message numerus="yes">
        <source>%Ln byte(s) of console output were dropped</source>
        <translation>
            <numerusform>%Ln Byte der Konsole ging verloren</numerusform>
            <numerusform>%Ln Bytes der Konsole gingen verloren</numerusform>
        </translation>
    </message>
    <message>
        <source>The guest prints faster than the terminal can draw.</source>
        <translation>Der Gast schreibt schneller, als das Terminal zeichnen kann.</translation>
    </message>
    <message>
        <source>At the selected event it had last said: %1</source>
        <translation>Beim ausgewählten Ereignis war das Letzte: %1</translation>
    </message>
    <message>
        <source>At the selected event it had said nothing that is kept</source>
        <translation>Vor dem ausgewählten Ereignis hatte er nichts gesagt, was noch da ist</translation>
    </message>
    <message>
        <source>Save console text</source>
        <translation>Text der Konsole sichern</translation>
    </message>
    <message>
        <source>Text files (*.txt);;All files (*)</source>
        <translation>Textdateien (*.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The console text was not saved: %1</source>
        <translation>Der Text der Konsole wurde nicht gesichert: %1</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>That was printed before the guest was saved</source>
        <translation>Das wurde ausgegeben, bevor der Gast gesichert wurde</translation>
    </message>
    <message>
        <source>Its events of then are in a recording, if one was made.</source>
        <translation>Die Ereignisse von damals stehen in einer Aufzeichnung, wenn eine gemacht wurde.</translation>
    </message>
    <message>
        <source>At the selected event it had said nothing yet</source>
        <translation>Beim ausgewählten Ereignis hatte er noch nichts gesagt</translation>
    </message>
    <message>
        <source>console</source>
        <translation>konsole</translation>
    </message>
</context>
<context>
    <name>ui::CountsModel</name>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%L1 ticks</source>
        <translation>%L1 Takte</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Per second</source>
        <translation>Pro Sekunde</translation>
    </message>
    <message>
        <source>Mean time</source>
        <translation>Mittlere Zeit</translation>
    </message>
    <message>
        <source>Half below</source>
        <translation>Hälfte unter</translation>
    </message>
    <message>
        <source>99 % below</source>
        <translation>99 % unter</translation>
    </message>
    <message>
        <source>Longest</source>
        <translation>Längste</translation>
    </message>
</context>
<context>
    <name>ui::CountsView</name>
    <message>
        <source>Events of each kind</source>
        <translation>Ereignisse jeder Art</translation>
    </message>
    <message>
        <source>Double click or press Enter to see only the events of a kind; on Longest, to select that event</source>
        <translation>Doppelklick oder Eingabetaste zeigt nur die Ereignisse einer Art; bei der längsten Zeit wählt es dieses Ereignis aus</translation>
    </message>
    <message>
        <source>Count columns</source>
        <translation>Spalten der Zahlen</translation>
    </message>
</context>
<context>
    <name>ui::DiskList</name>
    <message>
        <source>Disk image</source>
        <translation>Festplattenabbild</translation>
    </message>
    <message>
        <source>path of a raw image or a block device</source>
        <translation>Pfad eines Abbilds oder Blockgeräts</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>The guest can read it but not change it</source>
        <translation>Der Gast kann sie lesen, aber nicht ändern</translation>
    </message>
    <message>
        <source>Remove this disk</source>
        <translation>Diese Festplatte entfernen</translation>
    </message>
    <message>
        <source>Disks</source>
        <translation>Festplatten</translation>
    </message>
    <message>
        <source>Add a disk…</source>
        <translation>Festplatte hinzufügen…</translation>
    </message>
    <message>
        <source>Add a disk</source>
        <translation>Festplatte hinzufügen</translation>
    </message>
    <message>
        <source>Choose a disk image</source>
        <translation>Festplattenabbild wählen</translation>
    </message>
    <message>
        <source>Disk images (*.img *.raw *.iso);;All files (*)</source>
        <translation>Festplattenabbilder (*.img *.raw *.iso);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>A guest has at most %1 disks</source>
        <translation>Ein Gast hat höchstens %1 Festplatten</translation>
    </message>
    <message>
        <source>A file of this machine as a disk of the guest</source>
        <translation>Eine Datei dieses Rechners als Festplatte des Gasts</translation>
    </message>
</context>
<context>
    <name>ui::EmptyNote</name>
    <message>
        <source>Why there is nothing here</source>
        <translation>Warum hier nichts ist</translation>
    </message>
</context>
<context>
    <name>ui::ErrorBar</name>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Warning sign</source>
        <translation>Warnzeichen</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>Was nicht ging</translation>
    </message>
    <message>
        <source>Other problems</source>
        <translation>Weitere Probleme</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>Meldung kopieren</translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message numerus="yes">
        <source>+%Ln more</source>
        <translation>
            <numerusform>+%Ln weiteres</numerusform>
            <numerusform>+%Ln weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::EventModel</name>
    <message>
        <source>%1 ticks</source>
        <translation>%1 Takte</translation>
    </message>
    <message>
        <source>%L1 ns</source>
        <translation>%L1 ns</translation>
    </message>
    <message>
        <source>%L1 µs</source>
        <translation>%L1 µs</translation>
    </message>
    <message>
        <source>%L1 ms</source>
        <translation>%L1 ms</translation>
    </message>
    <message>
        <source>%L1 s</source>
        <translation>%L1 s</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message numerus="yes">
        <source>%Ln event(s) lost here: the ring was full</source>
        <translation>
            <numerusform>Hier ging %Ln Ereignis verloren: Der Ring war voll</numerusform>
            <numerusform>Hier gingen %Ln Ereignisse verloren: Der Ring war voll</numerusform>
        </translation>
    </message>
    <message>
        <source>kind %1</source>
        <translation>Art %1</translation>
    </message>
    <message>
        <source>Number in this list, in the order of arrival</source>
        <translation>Nummer in dieser Liste, in der Reihenfolge der Ankunft</translation>
    </message>
    <message>
        <source>Seconds since the first event</source>
        <translation>Sekunden seit dem ersten Ereignis</translation>
    </message>
    <message>
        <source>The virtual processor that it happened on</source>
        <translation>Der virtuelle Prozessor, auf dem es geschah</translation>
    </message>
    <message>
        <source>The Guest&apos;s privilege: 1 is its kernel, 3 its programs</source>
        <translation>Die Stufe des Gasts: 1 ist sein Kernel, 3 sind seine Programme</translation>
    </message>
    <message>
        <source>What kind of event</source>
        <translation>Art des Ereignisses</translation>
    </message>
    <message>
        <source>The event in words</source>
        <translation>Das Ereignis in Worten</translation>
    </message>
    <message>
        <source>Where the Guest was: the symbol at EIP</source>
        <translation>Wo der Gast stand: das Symbol bei EIP</translation>
    </message>
    <message>
        <source>How long until the Guest could go on</source>
        <translation>Wie lange es dauerte, bis der Gast weiterlief</translation>
    </message>
    <message>
        <source>#</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Time (s)</source>
        <translation>Zeit (s)</translation>
    </message>
    <message>
        <source>vCPU</source>
        <translation>vCPU</translation>
    </message>
    <message>
        <source>Ring</source>
        <translation>Ring</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>At</source>
        <translation>Bei</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>vCPU %1</source>
        <translation>vCPU %1</translation>
    </message>
    <message>
        <source>What happened on vCPU %1</source>
        <translation>Was auf vCPU %1 geschah</translation>
    </message>
    <message>
        <source>How long after the row before it, whatever the filter hides between them</source>
        <translation>Wie lange nach der Zeile davor, was auch immer der Filter dazwischen verbirgt</translation>
    </message>
    <message>
        <source>Since previous</source>
        <translation>Seit voriger</translation>
    </message>
</context>
<context>
    <name>ui::EventTable</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Why there are no events</source>
        <translation>Warum es keine Ereignisse gibt</translation>
    </message>
    <message>
        <source>Event columns</source>
        <translation>Spalten der Ereignisse</translation>
    </message>
    <message numerus="yes">
        <source>(%Ln more row(s) were not copied)</source>
        <translation>
            <numerusform>(%Ln weitere Zeile wurde nicht kopiert)</numerusform>
            <numerusform>(%Ln weitere Zeilen wurden nicht kopiert)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ExplainView</name>
    <message>
        <source>Paragraph %1, %2 line %3</source>
        <translation>Absatz %1, %2 Zeile %3</translation>
    </message>
    <message>
        <source>Explanation of the selected event</source>
        <translation>Erklärung des ausgewählten Ereignisses</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Lost events&lt;/h3&gt;&lt;p&gt;The ring of this vCPU was full when these happened: the Guest was not made to wait, and the events were counted instead of kept. A recording in lossless mode keeps all of them and slows the Guest down.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Verlorene Ereignisse&lt;/h3&gt;&lt;p&gt;Der Ring dieser vCPU war voll, als sie geschahen: Der Gast musste nicht warten, und die Ereignisse wurden gezählt statt behalten. Eine Aufzeichnung, die nichts verliert, behält alle und bremst den Gast.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p style=&apos;color:%1&apos;&gt;Select an event in Traffic to read what the Host&apos;s own source says about it.&lt;/p&gt;</source>
        <translation>&lt;p style=&apos;color:%1&apos;&gt;Wählen Sie ein Ereignis im Verkehr, um zu lesen, was der Quelltext des Hosts dazu sagt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;p style=&apos;color:%1&apos;&gt;From the chapter “%2”:&lt;/p&gt;%3</source>
        <translation>&lt;p style=&apos;color:%1&apos;&gt;Aus dem Kapitel „%2“:&lt;/p&gt;%3</translation>
    </message>
    <message>
        <source>&lt;p style=&apos;color:%1&apos;&gt;The source has no paragraph about the kind “%2”.&lt;/p&gt;</source>
        <translation>&lt;p style=&apos;color:%1&apos;&gt;Der Quelltext hat keinen Absatz über die Art „%2“.&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>ui::FilterLine</name>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Filter, for example:  kind == hypercall and ring == 1</source>
        <translation>Filter, zum Beispiel:  kind == hypercall and ring == 1</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter leeren</translation>
    </message>
    <message>
        <source>Filter completions</source>
        <translation>Ergänzungen des Filters</translation>
    </message>
    <message>
        <source>Shows the events for which this holds; fields are kind, code, ring, vcpu, eip, symbol, time, duration, the registers and more.  Times are written as 1.5s or 20us.
Up and Down go through earlier filters, Ctrl+Space completes, Escape clears, Ctrl+Z undoes.</source>
        <translation>Zeigt die Ereignisse, für die das gilt; Felder sind kind, code, ring, vcpu, eip, symbol, time, duration, die Register und andere.  Zeiten schreibt man als 1.5s oder 20us.
Auf und Ab gehen durch frühere Filter, Strg+Leertaste ergänzt, Escape leert, Strg+Z macht rückgängig.</translation>
    </message>
</context>
<context>
    <name>ui::GoToLine</name>
    <message>
        <source>Go to an event&apos;s number or time</source>
        <translation>Zu Nummer oder Zeit eines Ereignisses gehen</translation>
    </message>
    <message>
        <source>number, or seconds: 1.5</source>
        <translation>Nummer, oder Sekunden: 1,5</translation>
    </message>
    <message>
        <source>The number of an event, or the seconds since the first one with a point or an s (1.5, 2s). Return goes there, Escape closes this.</source>
        <translation>Die Nummer eines Ereignisses, oder die Sekunden seit dem ersten mit Komma oder s (1,5, 2s). Eingabe geht dorthin, Escape schließt dies.</translation>
    </message>
</context>
<context>
    <name>ui::GuestPage</name>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Why the guest stands still</source>
        <translation>Warum der Gast steht</translation>
    </message>
    <message>
        <source>Guest</source>
        <translation>Gast</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>Console</source>
        <translation>Konsole</translation>
    </message>
    <message>
        <source>Registers</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Erklärung</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Interrupts</source>
        <translation>Interrupts</translation>
    </message>
    <message>
        <source>Switcher</source>
        <translation>Switcher</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>Halte</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>No event is selected</source>
        <translation>Kein Ereignis ist ausgewählt</translation>
    </message>
    <message>
        <source>Select one in Traffic first.</source>
        <translation>Wählen Sie zuerst eines im Verkehr.</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>What is being started</source>
        <translation>Was gestartet wird</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Progress bar</source>
        <translation>Fortschrittsbalken</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the start</source>
        <translation>Start abbrechen</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>%1 zeigen</translation>
    </message>
    <message>
        <source>A recording: what the guest had printed.</source>
        <translation>Eine Aufzeichnung: was der Gast geschrieben hatte.</translation>
    </message>
    <message>
        <source>The guest has ended: %1.</source>
        <translation>Der Gast ist zu Ende: %1.</translation>
    </message>
    <message>
        <source>%1. Registers, code, memory and interrupts show this moment.</source>
        <translation>%1. Register, Code, Speicher und Interrupts zeigen diesen Moment.</translation>
    </message>
    <message>
        <source>Now: %1</source>
        <translation>Jetzt: %1</translation>
    </message>
    <message>
        <source>bookmark</source>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>At the last stop; it runs now</source>
        <translation>Beim letzten Halt; jetzt läuft er</translation>
    </message>
    <message>
        <source>%1. Registers, code and interrupts show the selected event; Escape in Traffic leaves it.</source>
        <translation>%1. Register, Code und Interrupts zeigen das ausgewählte Ereignis; Escape im Verkehr verlässt es.</translation>
    </message>
    <message>
        <source>At the last stop; it has ended since</source>
        <translation>Beim letzten Halt; er ist seither beendet</translation>
    </message>
</context>
<context>
    <name>ui::HexView</name>
    <message>
        <source>Bytes of memory</source>
        <translation>Bytes des Speichers</translation>
    </message>
</context>
<context>
    <name>ui::HostLink</name>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>%1: starting</source>
        <translation>%1: startet</translation>
    </message>
    <message>
        <source>%1: Linux %2</source>
        <translation>%1: Linux %2</translation>
    </message>
    <message>
        <source>%1: not reachable</source>
        <translation>%1: nicht erreichbar</translation>
    </message>
</context>
<context>
    <name>ui::InterruptsView</name>
    <message>
        <source>Interrupts</source>
        <translation>Interrupts</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Show the lines as they are now</source>
        <translation>Die Leitungen zeigen, wie sie jetzt sind</translation>
    </message>
    <message>
        <source>Show the lines as they are now; selecting an event in Traffic shows them as they were then</source>
        <translation>Die Leitungen zeigen, wie sie jetzt sind; ein ausgewähltes Ereignis im Verkehr zeigt sie, wie sie damals waren</translation>
    </message>
    <message>
        <source>Raise</source>
        <translation>Auslösen</translation>
    </message>
    <message>
        <source>Raise the selected line</source>
        <translation>Die ausgewählte Leitung auslösen</translation>
    </message>
    <message>
        <source>Show deliveries</source>
        <translation>Zustellungen zeigen</translation>
    </message>
    <message>
        <source>Show the deliveries of the selected line in Traffic</source>
        <translation>Die Zustellungen der ausgewählten Leitung im Verkehr zeigen</translation>
    </message>
    <message>
        <source>State of the vCPU&apos;s interrupts</source>
        <translation>Zustand der Interrupts der vCPU</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Leitung</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Has waited</source>
        <translation>Wartet seit</translation>
    </message>
    <message>
        <source>Handler</source>
        <translation>Handler</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Zugestellt</translation>
    </message>
    <message>
        <source>Mean wait</source>
        <translation>Mittlere Wartezeit</translation>
    </message>
    <message>
        <source>Longest wait</source>
        <translation>Längste Wartezeit</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Interrupt lines</source>
        <translation>Interrupt-Leitungen</translation>
    </message>
    <message>
        <source>Not available: a recording has no now</source>
        <translation>Nicht verfügbar: Eine Aufzeichnung hat kein Jetzt</translation>
    </message>
    <message>
        <source>Not available: this is a recording</source>
        <translation>Nicht verfügbar: Dies ist eine Aufzeichnung</translation>
    </message>
    <message>
        <source>Not available: the guest has ended</source>
        <translation>Nicht verfügbar: Der Gast ist zu Ende</translation>
    </message>
    <message>
        <source>Not available: select a line first</source>
        <translation>Nicht verfügbar: Wählen Sie zuerst eine Leitung</translation>
    </message>
    <message>
        <source>Raise the line as a device would</source>
        <translation>Die Leitung auslösen, wie ein Gerät es täte</translation>
    </message>
    <message>
        <source>Filter Traffic for the deliveries of this line</source>
        <translation>Den Verkehr auf die Zustellungen dieser Leitung filtern</translation>
    </message>
    <message>
        <source>Line %1 was not raised: %2</source>
        <translation>Leitung %1 wurde nicht ausgelöst: %2</translation>
    </message>
    <message>
        <source>The guest goes on.</source>
        <translation>Der Gast läuft weiter.</translation>
    </message>
    <message>
        <source>interrupts enabled</source>
        <translation>Interrupts an</translation>
    </message>
    <message>
        <source>interrupts disabled</source>
        <translation>Interrupts aus</translation>
    </message>
    <message>
        <source>halted</source>
        <translation>hält an (HLT)</translation>
    </message>
    <message>
        <source>in ring %1</source>
        <translation>in Ring %1</translation>
    </message>
    <message>
        <source>timer fires in %1</source>
        <translation>Timer in %1</translation>
    </message>
    <message>
        <source>timer off</source>
        <translation>Timer aus</translation>
    </message>
    <message>
        <source>Select an event in Traffic
to see the interrupt lines at that moment.</source>
        <translation>Wählen Sie ein Ereignis im Verkehr,
um die Interrupt-Leitungen in diesem Moment zu sehen.</translation>
    </message>
    <message>
        <source>As of the selected event</source>
        <translation>Beim ausgewählten Ereignis</translation>
    </message>
    <message>
        <source>the timer then is not known</source>
        <translation>der Timer von damals ist nicht bekannt</translation>
    </message>
    <message>
        <source>%1 timer</source>
        <translation>%1 Timer</translation>
    </message>
    <message>
        <source>pending, blocked</source>
        <translation>wartend, gesperrt</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>wartend</translation>
    </message>
    <message>
        <source>blocked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>vor %1</translation>
    </message>
    <message>
        <source>Likely in service: it was delivered, and interrupts have been off since. The Host is not told when the handler returns.</source>
        <translation>Wohl in Behandlung: er wurde zugestellt, und seitdem sind Interrupts gesperrt. Der Host erfährt nicht, wann die Behandlung endet.</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>zugestellt</translation>
    </message>
    <message>
        <source>likely in service</source>
        <translation>wohl in Behandlung</translation>
    </message>
    <message>
        <source>deliveries and waits are those up to now</source>
        <translation>Zustellungen und Wartezeiten sind die bis jetzt</translation>
    </message>
    <message>
        <source>deliveries and waits are those of the whole recording</source>
        <translation>Zustellungen und Wartezeiten sind die der ganzen Aufzeichnung</translation>
    </message>
    <message>
        <source>likely in service, pending</source>
        <translation>wohl in Behandlung, wartend</translation>
    </message>
</context>
<context>
    <name>ui::LaunchView</name>
    <message>
        <source>Launch</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Bundled guests</source>
        <translation>Mitgelieferte Gäste</translation>
    </message>
    <message>
        <source>Recent launches</source>
        <translation>Letzte Starts</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Kernel</translation>
    </message>
    <message>
        <source>guest:NAME or the path of a vmlinux or bzImage</source>
        <translation>guest:NAME oder der Pfad eines vmlinux oder bzImage</translation>
    </message>
    <message>
        <source>Initial RAM disk</source>
        <translation>Initiale RAM-Disk</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>none; user, or user,forward=tcp:2222:22</source>
        <translation>keines; user oder user,forward=tcp:2222:22</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>Befehlszeile</translation>
    </message>
    <message>
        <source>Memory in MiB</source>
        <translation>Speicher in MiB</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>Virtual processors</source>
        <translation>Virtuelle Prozessoren</translation>
    </message>
    <message>
        <source>Where it runs</source>
        <translation>Wo er läuft</translation>
    </message>
    <message>
        <source>Sandbox — a small VM; nothing can happen to this machine</source>
        <translation>Sandbox — eine kleine VM; diesem Rechner kann nichts geschehen</translation>
    </message>
    <message>
        <source>This machine — its own /dev/lguest, through an agent</source>
        <translation>Dieser Rechner — sein eigenes /dev/lguest, über einen Agenten</translation>
    </message>
    <message>
        <source>An agent&apos;s socket on this machine</source>
        <translation>Der Socket eines Agenten auf diesem Rechner</translation>
    </message>
    <message>
        <source>Another host, over ssh</source>
        <translation>Ein anderer Host, über ssh</translation>
    </message>
    <message>
        <source>Socket or host name</source>
        <translation>Socket oder Name des Hosts</translation>
    </message>
    <message>
        <source>When events come too fast</source>
        <translation>Wenn Ereignisse zu schnell kommen</translation>
    </message>
    <message>
        <source>Never slow the guest — count what is lost</source>
        <translation>Den Gast nie bremsen — Verlorenes zählen</translation>
    </message>
    <message>
        <source>Lose nothing — the guest waits</source>
        <translation>Nichts verlieren — der Gast wartet</translation>
    </message>
    <message>
        <source>&amp;Kernel</source>
        <translation>&amp;Kernel</translation>
    </message>
    <message>
        <source>Choose a kernel</source>
        <translation>Kernel wählen</translation>
    </message>
    <message>
        <source>Kernels (vmlinux* bzImage* vmlinuz*);;All files (*)</source>
        <translation>Kernel (vmlinux* bzImage* vmlinuz*);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;Memory</source>
        <translation>&amp;Speicher</translation>
    </message>
    <message>
        <source>&amp;vCPUs</source>
        <translation>&amp;vCPUs</translation>
    </message>
    <message>
        <source>&amp;Command line</source>
        <translation>&amp;Befehlszeile</translation>
    </message>
    <message>
        <source>&amp;Initrd</source>
        <translation>&amp;Initrd</translation>
    </message>
    <message>
        <source>Choose an initial RAM disk</source>
        <translation>Initiale RAM-Disk wählen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;Disks</source>
        <translation>Fest&amp;platten</translation>
    </message>
    <message>
        <source>&amp;Network</source>
        <translation>&amp;Netzwerk</translation>
    </message>
    <message>
        <source>&amp;Where</source>
        <translation>&amp;Wo</translation>
    </message>
    <message>
        <source>&amp;Events</source>
        <translation>&amp;Ereignisse</translation>
    </message>
    <message>
        <source>What this guest teaches</source>
        <translation>Was dieser Gast lehrt</translation>
    </message>
    <message>
        <source>Why it cannot be launched</source>
        <translation>Warum er nicht gestartet werden kann</translation>
    </message>
    <message>
        <source>The same on the command line</source>
        <translation>Dasselbe auf der Befehlszeile</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>&amp;Launch</source>
        <translation>S&amp;tarten</translation>
    </message>
    <message>
        <source>Launch the guest</source>
        <translation>Gast starten</translation>
    </message>
    <message>
        <source>Launch a guest</source>
        <translation>Gast starten</translation>
    </message>
    <message>
        <source>A kernel file can also be dropped anywhere on this window; so can a recording or a saved guest.</source>
        <translation>Eine Kernel-Datei kann man auch irgendwo in diesem Fenster ablegen, ebenso eine Aufzeichnung oder einen gesicherten Gast.</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Launch settings</source>
        <translation>Einstellungen des Starts</translation>
    </message>
    <message>
        <source>No bundled guests here</source>
        <translation>Hier sind keine Gäste mitgeliefert</translation>
    </message>
    <message>
        <source>They are built with the program and looked for in %1</source>
        <translation>Sie werden mit dem Programm gebaut und in %1 gesucht</translation>
    </message>
    <message>
        <source>Choose a guest, or a kernel file of your own.</source>
        <translation>Wählen Sie einen Gast oder eine eigene Kernel-Datei.</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>Es gibt keine Datei %1.</translation>
    </message>
    <message>
        <source>Say which socket or which host.</source>
        <translation>Sagen Sie, welcher Socket oder welcher Host.</translation>
    </message>
    <message>
        <source>&amp;Host</source>
        <translation>&amp;Host</translation>
    </message>
    <message>
        <source>&amp;Socket</source>
        <translation>S&amp;ocket</translation>
    </message>
    <message>
        <source>user@host</source>
        <translation>benutzer@host</translation>
    </message>
    <message>
        <source>path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>A kernel of your own.</source>
        <translation>Ein eigener Kernel.</translation>
    </message>
    <message>
        <source>Start the guest in a tab of its own</source>
        <translation>Den Gast in einem eigenen Reiter starten</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Keep as &amp;preset…</source>
        <translation>Als &amp;Vorlage behalten…</translation>
    </message>
    <message>
        <source>Keep these settings as a preset</source>
        <translation>Diese Einstellungen als Vorlage behalten</translation>
    </message>
    <message>
        <source>Give these settings a name, and find them again on the left</source>
        <translation>Diesen Einstellungen einen Namen geben und sie links wiederfinden</translation>
    </message>
</context>
<context>
    <name>ui::LiveSession</name>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>The guest goes on.</source>
        <translation>Der Gast läuft weiter.</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>%1 wird gelesen</translation>
    </message>
    <message>
        <source>Choose a 32-bit kernel built with CONFIG_LGUEST_GUEST (ELF vmlinux or bzImage), or give it more memory.</source>
        <translation>Wählen Sie einen 32-Bit-Kernel, der mit CONFIG_LGUEST_GUEST gebaut ist (ELF vmlinux oder bzImage), oder geben Sie ihm mehr Speicher.</translation>
    </message>
    <message>
        <source>Choose another file or port, or end the guest that has it.</source>
        <translation>Wählen Sie eine andere Datei oder einen anderen Port, oder beenden Sie den Gast, der sie hat.</translation>
    </message>
    <message>
        <source>Launching %1</source>
        <translation>%1 wird gestartet</translation>
    </message>
    <message>
        <source>Put the file back as it was, or end the guest that has it.</source>
        <translation>Bringen Sie die Datei in ihren alten Zustand, oder beenden Sie den Gast, der sie hat.</translation>
    </message>
    <message>
        <source>The host refused the guest; try less memory, or another image.</source>
        <translation>Der Host hat den Gast abgelehnt; versuchen Sie weniger Speicher oder ein anderes Abbild.</translation>
    </message>
    <message>
        <source>Restoring the guest</source>
        <translation>Der Gast wird wiederhergestellt</translation>
    </message>
    <message>
        <source>The file is as it was; another host may take it.</source>
        <translation>Die Datei ist unverändert; ein anderer Host nimmt sie vielleicht.</translation>
    </message>
    <message>
        <source>paused, as it was saved</source>
        <translation>pausiert, wie er gesichert wurde</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>Launch again: a fresh sandbox is started.</source>
        <translation>Starten Sie noch einmal: Es gibt eine neue Sandbox.</translation>
    </message>
    <message>
        <source>See whether the agent runs there, or use the sandbox.</source>
        <translation>Sehen Sie nach, ob der Agent dort läuft, oder nehmen Sie die Sandbox.</translation>
    </message>
    <message>
        <source>The guest asked for a restart</source>
        <translation>Der Gast bat um einen Neustart</translation>
    </message>
    <message>
        <source>powered off</source>
        <translation>ausgeschaltet</translation>
    </message>
    <message>
        <source>dead: %1</source>
        <translation>tot: %1</translation>
    </message>
    <message>
        <source>vCPU %1 stopped, %2, at %3</source>
        <translation>vCPU %1 hielt an, %2, bei %3</translation>
    </message>
    <message>
        <source>gdb cannot come: %1</source>
        <translation>gdb kann nicht kommen: %1</translation>
    </message>
    <message>
        <source>For gdb: target remote :%1</source>
        <translation>Für gdb: target remote :%1</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>The guest does not go on: %1</source>
        <translation>Der Gast läuft nicht weiter: %1</translation>
    </message>
    <message>
        <source>The guest is as it was.</source>
        <translation>Der Gast ist, wie er war.</translation>
    </message>
    <message>
        <source>The Guest&apos;s host is gone.</source>
        <translation>Der Host des Gasts ist fort.</translation>
    </message>
    <message>
        <source>The Guest has not started yet.</source>
        <translation>Der Gast ist noch nicht gestartet.</translation>
    </message>
    <message>
        <source>the guest has not started yet</source>
        <translation>der Gast ist noch nicht gestartet</translation>
    </message>
    <message>
        <source>the guest never started</source>
        <translation>der Gast ist nie gestartet</translation>
    </message>
    <message>
        <source>the guest has ended</source>
        <translation>der Gast ist zu Ende</translation>
    </message>
    <message>
        <source>the guest is being saved</source>
        <translation>der Gast wird gerade gesichert</translation>
    </message>
    <message>
        <source>the guest is paused already</source>
        <translation>der Gast pausiert schon</translation>
    </message>
    <message>
        <source>the guest is running already</source>
        <translation>der Gast läuft schon</translation>
    </message>
    <message>
        <source>pause the guest first</source>
        <translation>lassen Sie den Gast zuerst pausieren</translation>
    </message>
    <message>
        <source>it waits already: target remote :%1</source>
        <translation>er wartet schon: target remote :%1</translation>
    </message>
    <message>
        <source>its host is gone</source>
        <translation>sein Host ist fort</translation>
    </message>
    <message>
        <source>it is being recorded already</source>
        <translation>er wird schon aufgezeichnet</translation>
    </message>
    <message>
        <source>nothing is being recorded</source>
        <translation>nichts wird aufgezeichnet</translation>
    </message>
    <message>
        <source>the guest was launched without a network</source>
        <translation>der Gast wurde ohne Netzwerk gestartet</translation>
    </message>
    <message>
        <source>its frames are being captured already</source>
        <translation>seine Netzwerk-Frames werden schon mitgeschnitten</translation>
    </message>
    <message>
        <source>no frames are being captured</source>
        <translation>keine Netzwerk-Frames werden mitgeschnitten</translation>
    </message>
    <message>
        <source>there are no events yet</source>
        <translation>es gibt noch keine Ereignisse</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The guest was not paused</source>
        <translation>Der Gast ließ sich nicht pausieren</translation>
    </message>
    <message>
        <source>The guest was not killed: %1</source>
        <translation>Der Gast wurde nicht beendet: %1</translation>
    </message>
    <message>
        <source>Close the tab: that ends its machine.</source>
        <translation>Schließen Sie den Reiter: Das beendet seine Maschine.</translation>
    </message>
    <message>
        <source>The guest was not restarted</source>
        <translation>Der Gast wurde nicht neu gestartet</translation>
    </message>
    <message>
        <source>Network frames are no longer captured</source>
        <translation>Netzwerk-Frames werden nicht mehr mitgeschnitten</translation>
    </message>
    <message>
        <source>Not recording: %1</source>
        <translation>Keine Aufzeichnung: %1</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Recording to %1</source>
        <translation>Aufzeichnung in %1</translation>
    </message>
    <message>
        <source>Not capturing: %1</source>
        <translation>Kein Mitschnitt: %1</translation>
    </message>
    <message>
        <source>Network frames go to %1</source>
        <translation>Netzwerk-Frames gehen in %1</translation>
    </message>
    <message numerus="yes">
        <source>Recorded %1 event(s) in %2</source>
        <translation>
            <numerusform>%1 Ereignis in %2 aufgezeichnet</numerusform>
            <numerusform>%1 Ereignisse in %2 aufgezeichnet</numerusform>
        </translation>
    </message>
    <message>
        <source>The recording is not complete: %1</source>
        <translation>Die Aufzeichnung ist nicht vollständig: %1</translation>
    </message>
    <message>
        <source>What was written before can still be opened.</source>
        <translation>Was vorher geschrieben wurde, lässt sich noch öffnen.</translation>
    </message>
    <message numerus="yes">
        <source>Saved %1 event(s) in %2</source>
        <translation>
            <numerusform>%1 Ereignis in %2 gesichert</numerusform>
            <numerusform>%1 Ereignisse in %2 gesichert</numerusform>
        </translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gesichert: %1</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to, on a disk with room.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen, auf einem Datenträger mit Platz.</translation>
    </message>
    <message>
        <source>paused to be saved</source>
        <translation>pausiert, um gesichert zu werden</translation>
    </message>
    <message>
        <source>The guest is saved in %1</source>
        <translation>Der Gast ist in %1 gesichert</translation>
    </message>
    <message>
        <source>The guest was not saved</source>
        <translation>Der Gast wurde nicht gesichert</translation>
    </message>
    <message>
        <source>The guest was not saved: %1</source>
        <translation>Der Gast wurde nicht gesichert: %1</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>verlangt</translation>
    </message>
    <message>
        <source>start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>end</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>No snapshot was taken: %1</source>
        <translation>Es wurde kein Schnappschuss gemacht: %1</translation>
    </message>
    <message>
        <source>one is being taken</source>
        <translation>einer wird gerade gemacht</translation>
    </message>
    <message>
        <source>Snapshot %1 is taken</source>
        <translation>Schnappschuss %1 ist gemacht</translation>
    </message>
    <message>
        <source>No more snapshots are taken by the clock: they fill %1 of the temporary folder</source>
        <translation>Nach der Uhr werden keine Schnappschüsse mehr gemacht: sie füllen %1 des temporären Ordners</translation>
    </message>
    <message>
        <source>Those that there are stay. A larger time between them makes them last longer.</source>
        <translation>Die es gibt, bleiben. Mit mehr Zeit dazwischen reicht der Platz länger.</translation>
    </message>
    <message>
        <source>by the clock</source>
        <translation>nach der Uhr</translation>
    </message>
    <message>
        <source>No sandbox, no live guest; recordings can be opened without one.</source>
        <translation>Ohne Sandbox läuft kein Gast; Aufzeichnungen lassen sich auch ohne sie öffnen.</translation>
    </message>
    <message>
        <source>held by gdb</source>
        <translation>von gdb angehalten</translation>
    </message>
    <message>
        <source>vCPU %1 paused, at %2; the others go on</source>
        <translation>vCPU %1 angehalten, bei %2; die anderen laufen weiter</translation>
    </message>
    <message>
        <source>the guest has only one vCPU</source>
        <translation>der Gast hat nur eine vCPU</translation>
    </message>
    <message>
        <source>resume the guest first</source>
        <translation>lassen Sie den Gast zuerst weiterlaufen</translation>
    </message>
</context>
<context>
    <name>ui::LiveView</name>
    <message>
        <source>Which vCPU</source>
        <translation>Welche vCPU</translation>
    </message>
    <message>
        <source>vCPU %1</source>
        <translation>vCPU %1</translation>
    </message>
    <message>
        <source>Now, while it runs</source>
        <translation>Jetzt, während er läuft</translation>
    </message>
    <message>
        <source>Now: %1</source>
        <translation>Jetzt: %1</translation>
    </message>
</context>
<context>
    <name>ui::MachineNote</name>
    <message>
        <source>What this machine lacks</source>
        <translation>Was diesem Rechner fehlt</translation>
    </message>
    <message>
        <source>Load the module…</source>
        <translation>Modul laden…</translation>
    </message>
    <message>
        <source>Load the module lg</source>
        <translation>Das Modul lg laden</translation>
    </message>
    <message>
        <source>Asks for the administrator&apos;s password. Guests run in this machine&apos;s own kernel then; trust them.</source>
        <translation>Fragt nach dem Kennwort des Verwalters. Gäste laufen dann im Kernel dieses Rechners; vertrauen Sie ihnen.</translation>
    </message>
    <message>
        <source>This machine is ready.</source>
        <translation>Dieser Rechner ist bereit.</translation>
    </message>
    <message>
        <source>The module was not loaded: %1</source>
        <translation>Das Modul wurde nicht geladen: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>lgscope</source>
        <translation>lgscope</translation>
    </message>
    <message>
        <source>Guests</source>
        <translation>Gäste</translation>
    </message>
    <message>
        <source>Guest tabs</source>
        <translation>Reiter der Gäste</translation>
    </message>
    <message>
        <source>Launch</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Guest state</source>
        <translation>Zustand des Gasts</translation>
    </message>
    <message>
        <source>Events per second</source>
        <translation>Ereignisse pro Sekunde</translation>
    </message>
    <message>
        <source>Events lost</source>
        <translation>Verlorene Ereignisse</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Close %1</source>
        <translation>%1 schließen</translation>
    </message>
    <message>
        <source>Close this tab; the guest ends with it</source>
        <translation>Diesen Reiter schließen; der Gast endet mit ihm</translation>
    </message>
    <message>
        <source>Close this tab</source>
        <translation>Diesen Reiter schließen</translation>
    </message>
    <message>
        <source>Save the guest</source>
        <translation>Gast sichern</translation>
    </message>
    <message>
        <source>Not restored: %1</source>
        <translation>Nicht wiederhergestellt: %1</translation>
    </message>
    <message>
        <source>Choose a file that &quot;Save the guest&quot; or lgctl save has written.</source>
        <translation>Wählen Sie eine Datei, die „Gast sichern“ oder lgctl save geschrieben hat.</translation>
    </message>
    <message>
        <source>Restore a saved guest</source>
        <translation>Gesicherten Gast wiederherstellen</translation>
    </message>
    <message>
        <source>The saved guest wants %1. Shall it have that?</source>
        <translation>Der gesicherte Gast möchte %1. Soll er das haben?</translation>
    </message>
    <message>
        <source>The names are those in the file. If it is not yours, see what they are.</source>
        <translation>Die Namen sind die aus der Datei. Ist es nicht Ihre eigene, sehen Sie nach, was sie bedeuten.</translation>
    </message>
    <message>
        <source>Export the events that the filter lets through</source>
        <translation>Ereignisse exportieren, die der Filter durchlässt</translation>
    </message>
    <message>
        <source>Table (*.csv);;For Perfetto (*.json);;An object a line (*.jsonl);;Common Trace Format, a folder (*.ctf);;For trace-cmd and KernelShark (*.dat)</source>
        <translation>Tabelle (*.csv);;Für Perfetto (*.json);;Ein Objekt pro Zeile (*.jsonl);;Common Trace Format, ein Ordner (*.ctf);;Für trace-cmd und KernelShark (*.dat)</translation>
    </message>
    <message>
        <source>Capture the network&apos;s frames</source>
        <translation>Frames des Netzwerks mitschneiden</translation>
    </message>
    <message>
        <source>For Wireshark (*.pcap)</source>
        <translation>Für Wireshark (*.pcap)</translation>
    </message>
    <message>
        <source>Record to a file</source>
        <translation>In eine Datei aufzeichnen</translation>
    </message>
    <message>
        <source>Save the recording</source>
        <translation>Aufzeichnung sichern</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>No guest in this tab</source>
        <translation>Kein Gast in diesem Reiter</translation>
    </message>
    <message>
        <source>%1 events/s</source>
        <translation>%1 Ereignisse/s</translation>
    </message>
    <message numerus="yes">
        <source>%1 event(s)</source>
        <translation>
            <numerusform>%1 Ereignis</numerusform>
            <numerusform>%1 Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 lost</source>
        <translation>%1 verloren</translation>
    </message>
    <message>
        <source>%1 · gdb: target remote :%2</source>
        <translation>%1 · gdb: target remote :%2</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Next event</source>
        <translation>Nächstes Ereignis</translation>
    </message>
    <message>
        <source>Let gdb in</source>
        <translation>gdb hereinlassen</translation>
    </message>
    <message>
        <source>Reboot</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Kill</source>
        <translation>Beenden erzwingen</translation>
    </message>
    <message>
        <source>Record…</source>
        <translation>Aufzeichnen…</translation>
    </message>
    <message>
        <source>Stop recording</source>
        <translation>Aufzeichnung beenden</translation>
    </message>
    <message>
        <source>Save recording…</source>
        <translation>Aufzeichnung sichern…</translation>
    </message>
    <message>
        <source>Capture network frames…</source>
        <translation>Netzwerk-Frames mitschneiden…</translation>
    </message>
    <message>
        <source>Stop capturing frames</source>
        <translation>Mitschnitt der Frames beenden</translation>
    </message>
    <message>
        <source>Save the guest…</source>
        <translation>Gast sichern…</translation>
    </message>
    <message>
        <source>Restore a guest…</source>
        <translation>Gast wiederherstellen…</translation>
    </message>
    <message>
        <source>Export the events shown…</source>
        <translation>Gezeigte Ereignisse exportieren…</translation>
    </message>
    <message>
        <source>Open recording…</source>
        <translation>Aufzeichnung öffnen…</translation>
    </message>
    <message>
        <source>Open a recording</source>
        <translation>Aufzeichnung öffnen</translation>
    </message>
    <message>
        <source>Launch a guest</source>
        <translation>Gast starten</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Stop where Traffic&apos;s filter matches</source>
        <translation>Halten, wo der Filter des Verkehrs passt</translation>
    </message>
    <message>
        <source>Next tab</source>
        <translation>Nächster Reiter</translation>
    </message>
    <message>
        <source>Previous tab</source>
        <translation>Voriger Reiter</translation>
    </message>
    <message>
        <source>Dismiss the problem</source>
        <translation>Problem schließen</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>Console</source>
        <translation>Konsole</translation>
    </message>
    <message>
        <source>Registers</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Erklärung</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Interrupts</source>
        <translation>Interrupts</translation>
    </message>
    <message>
        <source>Switcher</source>
        <translation>Switcher</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>Halte</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>Gehe zu %1</translation>
    </message>
    <message>
        <source>Colours of the desktop</source>
        <translation>Farben der Arbeitsumgebung</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>Helle Farben</translation>
    </message>
    <message>
        <source>Dark colours</source>
        <translation>Dunkle Farben</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Guest</source>
        <translation>&amp;Gast</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Guest controls</source>
        <translation>Steuerung des Gasts</translation>
    </message>
    <message>
        <source>no guest is in this tab</source>
        <translation>in diesem Reiter ist kein Gast</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1 is not available: %2</source>
        <translation>%1 ist nicht verfügbar: %2</translation>
    </message>
    <message>
        <source>this is a recording, not a running guest</source>
        <translation>dies ist eine Aufzeichnung, kein laufender Gast</translation>
    </message>
    <message>
        <source>Recordings opened &amp;before</source>
        <translation>&amp;Früher geöffnete Aufzeichnungen</translation>
    </message>
    <message>
        <source>Recordings opened before</source>
        <translation>Früher geöffnete Aufzeichnungen</translation>
    </message>
    <message>
        <source>Open %1 again</source>
        <translation>%1 wieder öffnen</translation>
    </message>
    <message>
        <source>No recording was opened yet</source>
        <translation>Noch wurde keine Aufzeichnung geöffnet</translation>
    </message>
    <message>
        <source>Saving the guest</source>
        <translation>Gast wird gesichert</translation>
    </message>
    <message>
        <source>Taking a snapshot</source>
        <translation>Schnappschuss wird gemacht</translation>
    </message>
    <message>
        <source>Take a snapshot</source>
        <translation>Schnappschuss machen</translation>
    </message>
    <message>
        <source>Snapshots by the clock</source>
        <translation>Schnappschüsse nach der Uhr</translation>
    </message>
    <message>
        <source>Snapshot every %1 s, when it runs</source>
        <translation>Schnappschuss alle %1 s, wenn er läuft</translation>
    </message>
    <message>
        <source>Snapshot every %1 s</source>
        <translation>Schnappschuss alle %1 s</translation>
    </message>
    <message numerus="yes">
        <source>Snapshot every %n second(s)</source>
        <translation>
            <numerusform>Schnappschuss jede Sekunde</numerusform>
            <numerusform>Schnappschuss alle %n Sekunden</numerusform>
        </translation>
    </message>
    <message>
        <source>No snapshots by the clock</source>
        <translation>Keine Schnappschüsse nach der Uhr</translation>
    </message>
    <message>
        <source>Snapshots by the &amp;clock</source>
        <translation>Schnappschüsse nach der &amp;Uhr</translation>
    </message>
    <message>
        <source>%1 — lgscope</source>
        <translation>%1 — lgscope</translation>
    </message>
    <message>
        <source>Pause only vCPU %1</source>
        <translation>Nur vCPU %1 anhalten</translation>
    </message>
    <message>
        <source>Pause one &amp;vCPU</source>
        <translation>Eine &amp;vCPU anhalten</translation>
    </message>
</context>
<context>
    <name>ui::MapPanel</name>
    <message>
        <source>Map of the Guest&apos;s memory</source>
        <translation>Karte des Gastspeichers</translation>
    </message>
    <message>
        <source>writable</source>
        <translation>beschreibbar</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>nur lesbar</translation>
    </message>
    <message>
        <source>touched</source>
        <translation>berührt</translation>
    </message>
    <message>
        <source>not touched</source>
        <translation>nicht berührt</translation>
    </message>
    <message>
        <source>dirty</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>Page %1: %2</source>
        <translation>Seite %1: %2</translation>
    </message>
    <message>
        <source>; virtual %1</source>
        <translation>; virtuell %1</translation>
    </message>
    <message>
        <source>touched (in full colour): %1, dirty (with a dot): %2</source>
        <translation>berührt (kräftige Farbe): %1, beschrieben (mit Punkt): %2</translation>
    </message>
    <message>
        <source>by page directory %1</source>
        <translation>nach Seitenverzeichnis %1</translation>
    </message>
</context>
<context>
    <name>ui::MemoryTasks</name>
    <message>
        <source>Something else is still being done</source>
        <translation>Noch ist etwas anderes in Arbeit</translation>
    </message>
    <message>
        <source>Reading the page tables</source>
        <translation>Seitentabellen werden gelesen</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Suche läuft</translation>
    </message>
    <message>
        <source>The search was given up</source>
        <translation>Die Suche wurde aufgegeben</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>Vergleich läuft</translation>
    </message>
</context>
<context>
    <name>ui::MemoryView</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>About the place in memory</source>
        <translation>Zur Stelle im Speicher</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel (Escape)</source>
        <translation>Abbrechen (Esc)</translation>
    </message>
    <message>
        <source>Nowhere in this memory</source>
        <translation>Nirgends in diesem Speicher</translation>
    </message>
    <message>
        <source>Found at %1</source>
        <translation>Gefunden bei %1</translation>
    </message>
    <message>
        <source>Kind of addresses</source>
        <translation>Art der Adressen</translation>
    </message>
    <message>
        <source>Virtual</source>
        <translation>Virtuell</translation>
    </message>
    <message>
        <source>Physical</source>
        <translation>Physisch</translation>
    </message>
    <message>
        <source>Addresses as the Guest&apos;s page tables say, or of its memory itself</source>
        <translation>Adressen nach den Seitentabellen des Gasts oder die seines Speichers selbst</translation>
    </message>
    <message>
        <source>Address or symbol to go to</source>
        <translation>Adresse oder Symbol, zu dem es geht</translation>
    </message>
    <message>
        <source>Address or symbol</source>
        <translation>Adresse oder Symbol</translation>
    </message>
    <message>
        <source>What is searched for</source>
        <translation>Was gesucht wird</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Search for</source>
        <translation>Suchen nach</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Find the next one</source>
        <translation>Das nächste finden</translation>
    </message>
    <message>
        <source>Find the next one (Enter)</source>
        <translation>Das nächste finden (Eingabetaste)</translation>
    </message>
    <message>
        <source>Go to an address in Memory</source>
        <translation>Zu einer Adresse im Speicher gehen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+M</source>
        <translation>Ctrl+Shift+M</translation>
    </message>
    <message>
        <source>Search in Memory</source>
        <translation>Im Speicher suchen</translation>
    </message>
    <message>
        <source>Ways to look at memory</source>
        <translation>Arten, den Speicher anzusehen</translation>
    </message>
    <message>
        <source>Choice of the way to look at memory</source>
        <translation>Wahl der Art, den Speicher anzusehen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Pages of each use</source>
        <translation>Seiten jeder Verwendung</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Neu lesen</translation>
    </message>
    <message>
        <source>Read the page tables again</source>
        <translation>Die Seitentabellen neu lesen</translation>
    </message>
    <message>
        <source>Page tables</source>
        <translation>Seitentabellen</translation>
    </message>
    <message>
        <source>Watches</source>
        <translation>Beobachtet</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Symbol</source>
        <translation>Symbol</translation>
    </message>
    <message>
        <source>Watched places</source>
        <translation>Beobachtete Stellen</translation>
    </message>
    <message>
        <source>Watch the word at the caret</source>
        <translation>Wort an der Schreibmarke beobachten</translation>
    </message>
    <message>
        <source>Watch the four bytes at the caret</source>
        <translation>Die vier Bytes an der Schreibmarke beobachten</translation>
    </message>
    <message>
        <source>Forget the selected</source>
        <translation>Ausgewählte entfernen</translation>
    </message>
    <message>
        <source>Forget the selected places</source>
        <translation>Ausgewählte Stellen vergessen</translation>
    </message>
    <message>
        <source>Symbols</source>
        <translation>Symbole</translation>
    </message>
    <message>
        <source>physical %1</source>
        <translation>physisch %1</translation>
    </message>
    <message>
        <source>“%1” is no address in hexadecimal and no symbol</source>
        <translation>„%1“ ist weder eine hexadezimale Adresse noch ein Symbol</translation>
    </message>
    <message>
        <source>A physical address needs no page tables: choose Virtual above.</source>
        <translation>Eine physische Adresse braucht keine Seitentabellen: Wählen Sie oben Virtuell.</translation>
    </message>
    <message>
        <source>Watches are of virtual addresses: choose Virtual above</source>
        <translation>Beobachtet werden virtuelle Adressen: Wählen Sie oben Virtuell</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht da</translation>
    </message>
    <message>
        <source>Which moment is shown</source>
        <translation>Welcher Moment gezeigt wird</translation>
    </message>
    <message>
        <source>something else is being done</source>
        <translation>etwas anderes ist in Arbeit</translation>
    </message>
    <message>
        <source>Not available: select what is to be forgotten</source>
        <translation>Nicht verfügbar: Wählen Sie aus, was entfernt werden soll</translation>
    </message>
    <message>
        <source>Put the caret on a word in Bytes
and watch it here.</source>
        <translation>Setzen Sie die Schreibmarke unter Bytes auf ein Wort
und beobachten Sie es hier.</translation>
    </message>
    <message>
        <source>It is watched already</source>
        <translation>Das wird schon beobachtet</translation>
    </message>
    <message>
        <source>Memory as it is now, not at the selected event: no snapshot was taken before that.</source>
        <translation>Der Speicher, wie er jetzt ist, nicht beim ausgewählten Ereignis: Davor gab es keinen Schnappschuss.</translation>
    </message>
    <message>
        <source>Touched and dirty pages are those with the accessed and the dirty bit in one of the Guest&apos;s own entries. Linux sets both beforehand in its map of all memory: of its pages they say nothing. As of an event the map is by the event&apos;s page directory; by the snapshot&apos;s where the event&apos;s was not one yet at the snapshot.</source>
        <translation>Berührt und beschrieben sind die Seiten, in deren Einträgen der Gast selbst das Accessed- und das Dirty-Bit hat. Linux setzt beide im Voraus in seiner Abbildung des ganzen Speichers: Von seinen Seiten sagen sie nichts. Bei einem Ereignis gilt die Karte nach dem Seitenverzeichnis des Ereignisses; nach dem des Schnappschusses, wenn es beim Schnappschuss noch keines war.</translation>
    </message>
</context>
<context>
    <name>ui::PresetList</name>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Forget this preset</source>
        <translation>Diese Vorlage vergessen</translation>
    </message>
    <message>
        <source>Enter launches it, Delete forgets it</source>
        <translation>Die Eingabetaste startet sie, Entf vergisst sie</translation>
    </message>
    <message>
        <source>Keep as a preset</source>
        <translation>Als Vorlage behalten</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>Ihr Name</translation>
    </message>
</context>
<context>
    <name>ui::RecordedSession</name>
    <message>
        <source>opening</source>
        <translation>wird geöffnet</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>Choose a recording that lgscope or lgctl made (.lgtrace).</source>
        <translation>Wählen Sie eine Aufzeichnung, die lgscope oder lgctl gemacht hat (.lgtrace).</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>Aufzeichnung</translation>
    </message>
    <message>
        <source>recording, cut off</source>
        <translation>Aufzeichnung, abgeschnitten</translation>
    </message>
    <message>
        <source>%1 was cut off while it was written</source>
        <translation>%1 wurde beim Schreiben abgeschnitten</translation>
    </message>
    <message>
        <source>What is whole is shown.</source>
        <translation>Was ganz ist, wird gezeigt.</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>Part of the recording is damaged: %1</source>
        <translation>Ein Teil der Aufzeichnung ist beschädigt: %1</translation>
    </message>
    <message>
        <source>It is shown as lost events; the rest can be used.</source>
        <translation>Er erscheint als verlorene Ereignisse; der Rest ist brauchbar.</translation>
    </message>
    <message>
        <source>Recorded from %1 on Linux %2</source>
        <translation>Aufgezeichnet von %1 auf Linux %2</translation>
    </message>
    <message>
        <source>the recording is not open</source>
        <translation>die Aufzeichnung ist nicht offen</translation>
    </message>
    <message>
        <source>this is a recording, not a running guest</source>
        <translation>dies ist eine Aufzeichnung, kein laufender Gast</translation>
    </message>
    <message>
        <source>A recording cannot be saved over itself</source>
        <translation>Eine Aufzeichnung kann nicht über sich selbst gesichert werden</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gesichert</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gesichert: %1</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Select an event in Traffic
to see the Guest at that moment.</source>
        <translation>Wählen Sie ein Ereignis im Verkehr,
um den Gast in diesem Moment zu sehen.</translation>
    </message>
    <message>
        <source>This recording has no memory.
It keeps the events and the registers at each,
and was made without snapshots.</source>
        <translation>Diese Aufzeichnung hat keinen Speicher.
Sie behält die Ereignisse und die Register bei jedem
und wurde ohne Schnappschüsse gemacht.</translation>
    </message>
</context>
<context>
    <name>ui::RegisterModel</name>
    <message>
        <source>null</source>
        <translation>null</translation>
    </message>
    <message>
        <source>%1 entry %2, ring %3</source>
        <translation>%1 Eintrag %2, Ring %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>page directory</source>
        <translation>Seitenverzeichnis</translation>
    </message>
    <message>
        <source>no symbol</source>
        <translation>kein Symbol</translation>
    </message>
    <message>
        <source>%1, changed from %2</source>
        <translation>%1, geändert von %2</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Bedeutung</translation>
    </message>
    <message>
        <source>no page directory yet</source>
        <translation>noch kein Seitenverzeichnis</translation>
    </message>
</context>
<context>
    <name>ui::RegistersView</name>
    <message>
        <source>Registers</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Selected event</source>
        <translation>Ausgewähltes Ereignis</translation>
    </message>
    <message>
        <source>Selected event&apos;s details</source>
        <translation>Einzelheiten des ausgewählten Ereignisses</translation>
    </message>
    <message>
        <source>Registers of the selected event</source>
        <translation>Register beim ausgewählten Ereignis</translation>
    </message>
    <message>
        <source>Register columns</source>
        <translation>Spalten der Register</translation>
    </message>
    <message>
        <source>Copy selected registers</source>
        <translation>Ausgewählte Register kopieren</translation>
    </message>
    <message>
        <source>Double click or press Enter to see the place in Memory</source>
        <translation>Doppelklick oder Eingabetaste zeigt die Stelle im Speicher</translation>
    </message>
    <message>
        <source>Select an event in Traffic, or pause the guest,
to see the registers at that moment.</source>
        <translation>Wählen Sie ein Ereignis im Verkehr oder lassen Sie den Gast pausieren,
um die Register in diesem Moment zu sehen.</translation>
    </message>
    <message>
        <source>These events were lost:
nobody knows the registers then.</source>
        <translation>Diese Ereignisse gingen verloren:
Niemand kennt die Register von damals.</translation>
    </message>
    <message>
        <source>vCPU %1</source>
        <translation>vCPU %1</translation>
    </message>
    <message>
        <source>ring %1</source>
        <translation>Ring %1</translation>
    </message>
    <message>
        <source>host CPU %1</source>
        <translation>CPU %1 des Hosts</translation>
    </message>
    <message>
        <source>interrupts off</source>
        <translation>Interrupts aus</translation>
    </message>
    <message>
        <source>halted</source>
        <translation>hält an (HLT)</translation>
    </message>
    <message>
        <source>pending lines %1</source>
        <translation>wartende Leitungen %1</translation>
    </message>
    <message>
        <source>interrupts on</source>
        <translation>Interrupts an</translation>
    </message>
    <message>
        <source>Select an event in Traffic
to see the registers at that moment.</source>
        <translation>Wählen Sie ein Ereignis im Verkehr,
um die Register in diesem Moment zu sehen.</translation>
    </message>
</context>
<context>
    <name>ui::ScreenshotTaker</name>
    <message>
        <source>no events came</source>
        <translation>es kamen keine Ereignisse</translation>
    </message>
    <message>
        <source>there is no view “%1”</source>
        <translation>es gibt keine Ansicht „%1“</translation>
    </message>
    <message>
        <source>the picture %1 was not saved</source>
        <translation>das Bild %1 wurde nicht gesichert</translation>
    </message>
    <message>
        <source>the console&apos;s text was not saved: %1</source>
        <translation>der Text der Konsole wurde nicht gesichert: %1</translation>
    </message>
    <message>
        <source>no guest ran</source>
        <translation>es lief kein Gast</translation>
    </message>
</context>
<context>
    <name>ui::Session</name>
    <message numerus="yes">
        <source>Exported %1 event(s) to %2</source>
        <translation>
            <numerusform>%1 Ereignis nach %2 exportiert</numerusform>
            <numerusform>%1 Ereignisse nach %2 exportiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Not exported: %1</source>
        <translation>Nicht exportiert: %1</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to, on a disk with room.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen, auf einem Datenträger mit Platz.</translation>
    </message>
</context>
<context>
    <name>ui::ShortcutsPage</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>In Traffic: go to the filter</source>
        <translation>Im Verkehr: zum Filter gehen</translation>
    </message>
    <message>
        <source>/</source>
        <translation>/</translation>
    </message>
    <message>
        <source>In the filter: complete, earlier filters, clear</source>
        <translation>Im Filter: ergänzen, frühere Filter, leeren</translation>
    </message>
    <message>
        <source>Ctrl+Space, Up, Esc</source>
        <translation>Strg+Leertaste, Auf, Esc</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>In Traffic: the first event, the newest, none</source>
        <translation>Im Verkehr: das erste Ereignis, das neueste, keines</translation>
    </message>
    <message>
        <source>Home, End, Esc</source>
        <translation>Pos1, Ende, Esc</translation>
    </message>
    <message>
        <source>In Traffic: go to an event or a time</source>
        <translation>Im Verkehr: zu einem Ereignis oder einer Zeit gehen</translation>
    </message>
    <message>
        <source>G</source>
        <translation>G</translation>
    </message>
</context>
<context>
    <name>ui::SideBySide</name>
    <message>
        <source>vCPUs side by side</source>
        <translation>vCPUs nebeneinander</translation>
    </message>
    <message>
        <source>Ctrl+Shift+F5</source>
        <translation>Ctrl+Shift+F5</translation>
    </message>
    <message>
        <source>A column for each vCPU (%1)</source>
        <translation>Eine Spalte für jede vCPU (%1)</translation>
    </message>
    <message>
        <source>Not available: the Guest has one vCPU</source>
        <translation>Nicht verfügbar: Der Gast hat eine vCPU</translation>
    </message>
</context>
<context>
    <name>ui::StopControl</name>
    <message>
        <source>The Guest cannot be stopped so: %1</source>
        <translation>So lässt sich der Gast nicht anhalten: %1</translation>
    </message>
    <message>
        <source>The module compares kinds, codes, registers and details, not times and texts.</source>
        <translation>Das Modul vergleicht Arten, Codes, Register und Einzelheiten, nicht Zeiten und Texte.</translation>
    </message>
    <message>
        <source>there is no Guest</source>
        <translation>es gibt keinen Gast</translation>
    </message>
    <message>
        <source>There is no Guest to stop</source>
        <translation>Es gibt keinen Gast, der anhalten könnte</translation>
    </message>
    <message>
        <source>Launch it first.</source>
        <translation>Starten Sie ihn zuerst.</translation>
    </message>
    <message>
        <source>The breakpoint was not set: %1</source>
        <translation>Der Haltepunkt wurde nicht gesetzt: %1</translation>
    </message>
    <message>
        <source>A breakpoint&apos;s address is a multiple of its length.</source>
        <translation>Die Adresse eines Haltepunkts ist ein Vielfaches seiner Länge.</translation>
    </message>
    <message>
        <source>The processor has no more than four breakpoints</source>
        <translation>Der Prozessor hat nicht mehr als vier Haltepunkte</translation>
    </message>
    <message>
        <source>Remove one; a filter such as eip == 0x… stops at events only.</source>
        <translation>Entfernen Sie einen; ein Filter wie eip == 0x… hält nur an Ereignissen.</translation>
    </message>
    <message>
        <source>No step: %1</source>
        <translation>Kein Schritt: %1</translation>
    </message>
    <message>
        <source>The guest is as it was.</source>
        <translation>Der Gast ist, wie er war.</translation>
    </message>
</context>
<context>
    <name>ui::StopsView</name>
    <message>
        <source>before the instruction at</source>
        <translation>vor dem Befehl bei</translation>
    </message>
    <message>
        <source>after a write to</source>
        <translation>nach einem Schreiben auf</translation>
    </message>
    <message>
        <source>after a read or write of</source>
        <translation>nach einem Lesen oder Schreiben von</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>Stop at events that match</source>
        <translation>Anhalten bei Ereignissen, auf die passt</translation>
    </message>
    <message>
        <source>Stop at: kind == hypercall and code == HALT</source>
        <translation>Halten bei: kind == hypercall and code == HALT</translation>
    </message>
    <message>
        <source>Stop there</source>
        <translation>Dort halten</translation>
    </message>
    <message>
        <source>Stop at events that match the filter</source>
        <translation>Bei Ereignissen halten, auf die der Filter passt</translation>
    </message>
    <message>
        <source>Address or symbol of a breakpoint</source>
        <translation>Adresse oder Symbol eines Haltepunkts</translation>
    </message>
    <message>
        <source>Address or symbol</source>
        <translation>Adresse oder Symbol</translation>
    </message>
    <message>
        <source>Kind of the breakpoint</source>
        <translation>Art des Haltepunkts</translation>
    </message>
    <message>
        <source>executes</source>
        <translation>führt aus</translation>
    </message>
    <message>
        <source>writes</source>
        <translation>schreibt</translation>
    </message>
    <message>
        <source>reads or writes</source>
        <translation>liest oder schreibt</translation>
    </message>
    <message>
        <source>Break there</source>
        <translation>Dort anhalten</translation>
    </message>
    <message>
        <source>Set the breakpoint</source>
        <translation>Haltepunkt setzen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the selected</source>
        <translation>Ausgewählte entfernen</translation>
    </message>
    <message>
        <source>Why it cannot be set</source>
        <translation>Warum er nicht gesetzt werden kann</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Symbol</source>
        <translation>Symbol</translation>
    </message>
    <message>
        <source>What stops the Guest</source>
        <translation>Was den Gast anhält</translation>
    </message>
    <message>
        <source>Not available: this is a recording</source>
        <translation>Nicht verfügbar: Dies ist eine Aufzeichnung</translation>
    </message>
    <message>
        <source>Not available: there is no Guest to stop</source>
        <translation>Nicht verfügbar: Es gibt keinen Gast, der anhalten könnte</translation>
    </message>
    <message>
        <source>Not available: select what is to be removed</source>
        <translation>Nicht verfügbar: Wählen Sie aus, was entfernt werden soll</translation>
    </message>
    <message>
        <source>at events that match</source>
        <translation>bei Ereignissen, auf die passt</translation>
    </message>
    <message>
        <source>A recording does not run, so there is nothing to stop.</source>
        <translation>Eine Aufzeichnung läuft nicht, also gibt es nichts anzuhalten.</translation>
    </message>
    <message>
        <source>Nothing stops the Guest.
Say an event or an address above.</source>
        <translation>Nichts hält den Gast an.
Nennen Sie oben ein Ereignis oder eine Adresse.</translation>
    </message>
    <message>
        <source>“%1” is no address in hexadecimal and no symbol</source>
        <translation>„%1“ ist weder eine hexadezimale Adresse noch ein Symbol</translation>
    </message>
</context>
<context>
    <name>ui::SwitchDiagram</name>
    <message>
        <source>The way of a world switch</source>
        <translation>Der Weg eines Weltwechsels</translation>
    </message>
    <message>
        <source>Run loop</source>
        <translation>Hauptschleife</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eintritt</translation>
    </message>
    <message>
        <source>Guest runs</source>
        <translation>Gast läuft</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Austritt</translation>
    </message>
    <message>
        <source>Trap handled</source>
        <translation>Trap behandelt</translation>
    </message>
    <message>
        <source>Host, ring 0</source>
        <translation>Host, Ring 0</translation>
    </message>
    <message>
        <source>Switcher</source>
        <translation>Switcher</translation>
    </message>
    <message>
        <source>Guest, rings 1 and 3</source>
        <translation>Gast, Ringe 1 und 3</translation>
    </message>
    <message>
        <source>Read the source&apos;s paragraph about it</source>
        <translation>Den Absatz des Quelltexts dazu lesen</translation>
    </message>
    <message>
        <source>The last: %1, mean of the newest: %2. Click to read the source&apos;s paragraph about it</source>
        <translation>Der letzte: %1, Mittel der neuesten: %2. Ein Klick zeigt den Absatz des Quelltexts dazu</translation>
    </message>
</context>
<context>
    <name>ui::SwitcherView</name>
    <message>
        <source>not mapped</source>
        <translation>nicht abgebildet</translation>
    </message>
    <message>
        <source>read, write</source>
        <translation>lesen, schreiben</translation>
    </message>
    <message>
        <source>read, execute</source>
        <translation>lesen, ausführen</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>nur lesbar</translation>
    </message>
    <message>
        <source>Switcher</source>
        <translation>Switcher</translation>
    </message>
    <message>
        <source>World switches per second</source>
        <translation>Weltwechsel pro Sekunde</translation>
    </message>
    <message>
        <source>Time each switch</source>
        <translation>Jeden Wechsel messen</translation>
    </message>
    <message>
        <source>Record the time of each world switch</source>
        <translation>Die Zeit jedes Weltwechsels aufzeichnen</translation>
    </message>
    <message>
        <source>Tables of the processor</source>
        <translation>Tabellen des Prozessors</translation>
    </message>
    <message>
        <source>Choice of the table</source>
        <translation>Wahl der Tabelle</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Frame</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>In the Host&apos;s tables</source>
        <translation>Tabellen des Hosts</translation>
    </message>
    <message>
        <source>In the Guest&apos;s tables</source>
        <translation>Tabellen des Gasts</translation>
    </message>
    <message>
        <source>Slot</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>Erbeten</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>Eingesetzt</translation>
    </message>
    <message>
        <source>Why they differ</source>
        <translation>Warum sie abweichen</translation>
    </message>
    <message>
        <source>Vector</source>
        <translation>Vektor</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>GDT</source>
        <translation>GDT</translation>
    </message>
    <message>
        <source>IDT</source>
        <translation>IDT</translation>
    </message>
    <message>
        <source>TSS</source>
        <translation>TSS</translation>
    </message>
    <message>
        <source>Double click or press Enter to read why</source>
        <translation>Doppelklick oder Eingabetaste zeigt, warum</translation>
    </message>
    <message>
        <source>One event more for each stay in the Guest: it doubles their number</source>
        <translation>Ein Ereignis mehr für jeden Aufenthalt im Gast: Das verdoppelt ihre Zahl</translation>
    </message>
    <message>
        <source>Not available: a recording has what was recorded (lgctl run --kinds all)</source>
        <translation>Nicht verfügbar: Eine Aufzeichnung hat, was aufgezeichnet wurde (lgctl run --kinds all)</translation>
    </message>
    <message>
        <source>World switches cannot be timed: %1</source>
        <translation>Weltwechsel lassen sich nicht messen: %1</translation>
    </message>
    <message>
        <source>The guest goes on.</source>
        <translation>Der Gast läuft weiter.</translation>
    </message>
    <message>
        <source>World switches</source>
        <translation>Weltwechsel</translation>
    </message>
    <message>
        <source>%1  (%2)</source>
        <translation>%1  (%2)</translation>
    </message>
    <message>
        <source>upper half of the TSS&apos;s address</source>
        <translation>obere Hälfte der Adresse des TSS</translation>
    </message>
    <message>
        <source>hypercall</source>
        <translation>Hypercall</translation>
    </message>
    <message>
        <source>irq 0, timer</source>
        <translation>IRQ 0, Timer</translation>
    </message>
    <message>
        <source>irq %1</source>
        <translation>IRQ %1</translation>
    </message>
    <message>
        <source>%1  %2</source>
        <translation>%1  %2</translation>
    </message>
    <message>
        <source>Stack for ring 1</source>
        <translation>Stapel für Ring 1</translation>
    </message>
    <message>
        <source>%1:%2, pages: %3</source>
        <translation>%1:%2, Seiten: %3</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Traps enter the Switcher in ring 0; it switches to this stack by hand</source>
        <translation>Traps betreten den Switcher in Ring 0; er wechselt von Hand auf diesen Stapel</translation>
    </message>
    <message>
        <source>RSP0</source>
        <translation>RSP0</translation>
    </message>
    <message>
        <source>Top of the block&apos;s stack page: what a trap pushes completes the registers</source>
        <translation>Ende der Stapelseite des Blocks: Was ein Trap dort ablegt, vervollständigt die Register</translation>
    </message>
    <message>
        <source>IST 1</source>
        <translation>IST 1</translation>
    </message>
    <message>
        <source>For a double fault only, upper half of the state&apos;s page</source>
        <translation>Nur für einen Double Fault, obere Hälfte der Zustandsseite</translation>
    </message>
    <message>
        <source>Permission of ports</source>
        <translation>Erlaubte Ports</translation>
    </message>
    <message>
        <source>no port</source>
        <translation>kein Port</translation>
    </message>
    <message>
        <source>An access to a port traps, and the Host answers</source>
        <translation>Ein Zugriff auf einen Port ist ein Trap, und der Host antwortet</translation>
    </message>
    <message>
        <source>%1 switches/s, %2 traps/s kept inside, %3 switches in all</source>
        <translation>%1 Wechsel/s, %2 Traps/s blieben innen, %3 Wechsel insgesamt</translation>
    </message>
    <message>
        <source>vCPU %1: %2</source>
        <translation>vCPU %1: %2</translation>
    </message>
</context>
<context>
    <name>ui::Timeline</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Blue: hypercalls, orange: page faults, violet: traps, green: interrupts, red: lost.
Wheel or + and −: zoom. Drag or arrows: move. Home: all. Click: select. A and B: markers at the selected event</source>
        <translation>Blau: Hypercalls, orange: Seitenfehler, violett: Traps, grün: Interrupts, rot: verloren.
Rad oder + und −: vergrößern. Ziehen oder Pfeile: verschieben. Pos1: alles. Klick: auswählen. A und B: Marken am ausgewählten Ereignis</translation>
    </message>
    <message>
        <source>%1 ticks</source>
        <translation>%1 Takte</translation>
    </message>
    <message>
        <source>A to B: %1, %2 events</source>
        <translation>A bis B: %1, %2 Ereignisse</translation>
    </message>
    <message>
        <source>%1 from %2 on. %3</source>
        <translation>%1 ab %2. %3</translation>
    </message>
    <message>
        <source>vCPU %1</source>
        <translation>vCPU %1</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>%1 shown</source>
        <translation>%1 sichtbar</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Marker A at the selected event, or none</source>
        <translation>Marke A am ausgewählten Ereignis, oder keine</translation>
    </message>
    <message>
        <source>Marker B at the selected event, or none</source>
        <translation>Marke B am ausgewählten Ereignis, oder keine</translation>
    </message>
    <message>
        <source>Zoom the timeline in</source>
        <translation>Zeitleiste vergrößern</translation>
    </message>
    <message>
        <source>Zoom the timeline out</source>
        <translation>Zeitleiste verkleinern</translation>
    </message>
    <message>
        <source>Show the whole timeline</source>
        <translation>Die ganze Zeitleiste zeigen</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>Which vCPU</source>
        <translation>Welche vCPU</translation>
    </message>
    <message>
        <source>Show the events of one virtual processor, or of all</source>
        <translation>Die Ereignisse eines virtuellen Prozessors zeigen oder die von allen</translation>
    </message>
    <message>
        <source>All vCPUs</source>
        <translation>Alle vCPUs</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+End</source>
        <translation>Ctrl+Shift+End</translation>
    </message>
    <message>
        <source>Keep the newest event in sight (%1)</source>
        <translation>Das neueste Ereignis im Blick behalten (%1)</translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation>Stillhalten</translation>
    </message>
    <message>
        <source>Ctrl+Shift+H</source>
        <translation>Ctrl+Shift+H</translation>
    </message>
    <message>
        <source>Stop this list, not the Guest: events go on being collected (%1)</source>
        <translation>Diese Liste anhalten, nicht den Gast: Ereignisse werden weiter gesammelt (%1)</translation>
    </message>
    <message>
        <source>Copy selected events</source>
        <translation>Ausgewählte Ereignisse kopieren</translation>
    </message>
    <message>
        <source>Go to the filter</source>
        <translation>Zum Filter gehen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+L</source>
        <translation>Ctrl+Shift+L</translation>
    </message>
    <message>
        <source>Filter problem</source>
        <translation>Problem des Filters</translation>
    </message>
    <message>
        <source>Events shown</source>
        <translation>Gezeigte Ereignisse</translation>
    </message>
    <message>
        <source>Events that are missing</source>
        <translation>Fehlende Ereignisse</translation>
    </message>
    <message>
        <source>At character %1: %2</source>
        <translation>Bei Zeichen %1: %2</translation>
    </message>
    <message>
        <source>Not available: a recording does not grow</source>
        <translation>Nicht verfügbar: Eine Aufzeichnung wächst nicht</translation>
    </message>
    <message>
        <source>Not available: a recording stands still already</source>
        <translation>Nicht verfügbar: Eine Aufzeichnung steht schon still</translation>
    </message>
    <message>
        <source>vCPU %1</source>
        <translation>vCPU %1</translation>
    </message>
    <message>
        <source>No guest and no recording here.</source>
        <translation>Hier ist kein Gast und keine Aufzeichnung.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>No event passes the filter.
Escape clears it.</source>
        <translation>Kein Ereignis kommt durch den Filter.
Esc leert ihn.</translation>
    </message>
    <message>
        <source>Nothing has happened yet.
Events appear here as the Guest runs.</source>
        <translation>Noch ist nichts geschehen.
Ereignisse erscheinen hier, während der Gast läuft.</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 event(s)</source>
        <translation>
            <numerusform>%1 von %2 Ereignis</numerusform>
            <numerusform>%1 von %2 Ereignissen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 event(s)</source>
        <translation>
            <numerusform>%1 Ereignis</numerusform>
            <numerusform>%1 Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>, filtered %1 %</source>
        <translation>, %1 % gefiltert</translation>
    </message>
    <message>
        <source> — held still</source>
        <translation> — steht still</translation>
    </message>
    <message>
        <source>%1 lost on the way</source>
        <translation>%1 unterwegs verloren</translation>
    </message>
    <message>
        <source>oldest %1 no longer kept</source>
        <translation>die ältesten %1 nicht mehr da</translation>
    </message>
    <message>
        <source>Show only %1</source>
        <translation>Nur %1 zeigen</translation>
    </message>
    <message>
        <source>Go to an event or a time</source>
        <translation>Zu einem Ereignis oder einer Zeit gehen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+F6</source>
        <translation>Ctrl+Shift+F6</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Hide what the filter does not match</source>
        <translation>Verbergen, was der Filter nicht durchlässt</translation>
    </message>
    <message>
        <source>Ctrl+Shift+F7</source>
        <translation>Ctrl+Shift+F7</translation>
    </message>
    <message>
        <source>Next event that matches the filter</source>
        <translation>Nächstes Ereignis, das zum Filter passt</translation>
    </message>
    <message>
        <source>Previous event that matches the filter</source>
        <translation>Voriges Ereignis, das zum Filter passt</translation>
    </message>
    <message>
        <source>nothing further down matches</source>
        <translation>weiter unten passt nichts</translation>
    </message>
    <message>
        <source>nothing further up matches</source>
        <translation>weiter oben passt nichts</translation>
    </message>
    <message>
        <source> — looking…</source>
        <translation> — wird gesucht…</translation>
    </message>
    <message>
        <source>What the filter does not match is hidden. Press to see all, with what matches in colour; F3 goes to the next</source>
        <translation>Was nicht zum Filter passt, ist verborgen. Drücken zeigt alles, und farbig, was passt; F3 geht zum nächsten</translation>
    </message>
    <message>
        <source>All is shown, with what the filter matches in colour; F3 goes to the next. Press to hide the others</source>
        <translation>Alles ist zu sehen, und farbig, was zum Filter passt; F3 geht zum nächsten. Drücken verbirgt das andere</translation>
    </message>
    <message>
        <source>write a filter, for something to look for</source>
        <translation>schreiben Sie einen Filter, damit es etwas zu suchen gibt</translation>
    </message>
    <message>
        <source>Page tables of %1</source>
        <translation>Seitentabellen von %1</translation>
    </message>
</context>
<context>
    <name>ui::TransferBar</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>%1: how much is done</source>
        <translation>%1: wie viel getan ist</translation>
    </message>
    <message>
        <source>%1: cancel</source>
        <translation>%1: abbrechen</translation>
    </message>
</context>
<context>
    <name>ui::WalkerPanel</name>
    <message>
        <source>Page tables</source>
        <translation>Seitentabellen</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Guest&apos;s entry at</source>
        <translation>Eintrag des Gasts bei</translation>
    </message>
    <message>
        <source>Guest&apos;s entry</source>
        <translation>Eintrag des Gasts</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Bedeutung</translation>
    </message>
    <message>
        <source>Shadow&apos;s entry</source>
        <translation>Eintrag des Schattens</translation>
    </message>
    <message>
        <source>Levels of the page tables</source>
        <translation>Stufen der Seitentabellen</translation>
    </message>
    <message>
        <source>Double click or press Enter to see the table in memory</source>
        <translation>Doppelklick oder Eingabetaste zeigt die Tabelle im Speicher</translation>
    </message>
    <message>
        <source>Where the address leads</source>
        <translation>Wohin die Adresse führt</translation>
    </message>
    <message>
        <source>Why Guest and shadow differ</source>
        <translation>Warum Gast und Schatten abweichen</translation>
    </message>
    <message>
        <source>Top, 1 GB an entry</source>
        <translation>Oberste, 1 GB je Eintrag</translation>
    </message>
    <message>
        <source>Directory, 2 MB</source>
        <translation>Verzeichnis, 2 MB</translation>
    </message>
    <message>
        <source>Directory, 4 MB and 2 MB</source>
        <translation>Verzeichnis, 4 MB und 2 MB</translation>
    </message>
    <message>
        <source>Table, 4 KB</source>
        <translation>Tabelle, 4 KB</translation>
    </message>
    <message>
        <source>present</source>
        <translation>vorhanden</translation>
    </message>
    <message>
        <source>not present</source>
        <translation>nicht vorhanden</translation>
    </message>
    <message>
        <source>no paging yet</source>
        <translation>noch kein Paging</translation>
    </message>
    <message>
        <source>the Guest has two levels</source>
        <translation>der Gast hat zwei Stufen</translation>
    </message>
    <message>
        <source>nothing above leads here</source>
        <translation>nichts darüber führt hierher</translation>
    </message>
    <message>
        <source>Virtual %1 in page directory %2</source>
        <translation>Virtuell %1 im Seitenverzeichnis %2</translation>
    </message>
    <message>
        <source>%1 → not mapped</source>
        <translation>%1 → nicht abgebildet</translation>
    </message>
    <message>
        <source>%1 → guest-physical %2 → frame %3 of the Host</source>
        <translation>%1 → gast-physisch %2 → Frame %3 des Hosts</translation>
    </message>
    <message>
        <source>%1 → guest-physical %2 → the Host holds no page for it yet</source>
        <translation>%1 → gast-physisch %2 → der Host hat noch keine Seite dafür</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>%1 → guest-physical %2</source>
        <translation>%1 → gast-physisch %2</translation>
    </message>
</context>
</TS>
