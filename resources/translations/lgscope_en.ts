<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ui::ConsoleView</name>
    <message numerus="yes">
        <source>%Ln byte(s) of console output were dropped</source>
        <translation>
            <numerusform>%Ln byte of console output were dropped</numerusform>
            <numerusform>%Ln bytes of console output were dropped</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ErrorBar</name>
    <message numerus="yes">
        <source>+%Ln more</source>
        <translation>
            <numerusform>+%Ln more</numerusform>
            <numerusform>+%Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::EventModel</name>
    <message numerus="yes">
        <source>%Ln event(s) lost here: the ring was full</source>
        <translation>
            <numerusform>%Ln event lost here: the ring was full</numerusform>
            <numerusform>%Ln events lost here: the ring was full</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::EventTable</name>
    <message numerus="yes">
        <source>(%Ln more row(s) were not copied)</source>
        <translation>
            <numerusform>(%Ln more row was not copied)</numerusform>
            <numerusform>(%Ln more rows were not copied)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LiveSession</name>
    <message numerus="yes">
        <source>Recorded %1 event(s) in %2</source>
        <translation>
            <numerusform>Recorded %1 event in %2</numerusform>
            <numerusform>Recorded %1 events in %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved %1 event(s) in %2</source>
        <translation>
            <numerusform>Saved %1 event in %2</numerusform>
            <numerusform>Saved %1 events in %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message numerus="yes">
        <source>%1 event(s)</source>
        <translation>
            <numerusform>%1 event</numerusform>
            <numerusform>%1 events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Snapshot every %n second(s)</source>
        <translation>
            <numerusform>Snapshot every second</numerusform>
            <numerusform>Snapshot every %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Session</name>
    <message numerus="yes">
        <source>Exported %1 event(s) to %2</source>
        <translation>
            <numerusform>Exported %1 event to %2</numerusform>
            <numerusform>Exported %1 events to %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message numerus="yes">
        <source>%1 of %2 event(s)</source>
        <translation>
            <numerusform>%1 of %2 event</numerusform>
            <numerusform>%1 of %2 events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 event(s)</source>
        <translation>
            <numerusform>%1 event</numerusform>
            <numerusform>%1 events</numerusform>
        </translation>
    </message>
</context>
</TS>
