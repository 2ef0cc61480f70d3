"""Files in the shape of INKAR exports, with invented figures."""

from workbook_samples import Content, SheetSample

JOBLESS, PEOPLE, RENT = "Arbeitslosenquote", "Bevölkerung gesamt", "Baulandpreise"
INKAR_LINES = (
    f"Kennziffer;Raumeinheit;Aggregat;{JOBLESS};{JOBLESS};{PEOPLE};{RENT}",
    ";;;2021;2022;2022;2020/2021",
    "06432;Darmstadt-Dieburg;Kreise;4,71;4,52;298.441;512,3",
    "08226;Rhein-Neckar-Kreis;Kreise;4,04;3,87;555.352;",
    "12069;Potsdam-Mittelmark;Kreise;5;4,9;222.570;145,25",
    "09162;München, Landeshauptstadt;Kreise;4,6;4,1;1.512.491;2.314,5",
    "0801;Rhein-Neckar;Raumordnungsregionen;4,4;4,2;1.100.000;400",
)
INKAR_ROWS: tuple[tuple[Content, ...], ...] = (
    ("Kennziffer", "Raumeinheit", "Aggregat", JOBLESS, JOBLESS, PEOPLE, RENT),
    (None, None, None, 2021.0, 2022.0, 2022.0, "2020/2021"),
    (6432.0, "Darmstadt-Dieburg", "Kreise", 4.71, 4.52, 298441.0, 512.3),
    ("08226", "Rhein-Neckar-Kreis", "Kreise", 4.04, 3.87, 555352.0, "N.A."),
    (12069.0, "Potsdam-Mittelmark", "Kreise", 5.0, 4.9, 222570.0, 145.25),
    (9162.0, "München, Landeshauptstadt", "Kreise", 4.6, 4.1, 1512491.0, 2314.5),
    (801.0, "Rhein-Neckar", "Raumordnungsregionen", 4.4, 4.2, 1100000.0, 400.0),
)
INKAR_LONG_LINES = (
    "Bereich;ID;Kuerzel;Indikator;Raumbezug;Kennziffer;Name;Zeitbezug;Wert",
    "LRB;12;a_alq;Arbeitslosenquote;Kreise;8226;Rhein-Neckar-Kreis;2022;3,87",
    "LRB;12;a_alq;Arbeitslosenquote;Kreise;12069;Potsdam-Mittelmark;2022;4,9",
    "LRB;12;a_alq;Arbeitslosenquote;Gemeinden;8226095;Walldorf, Stadt;2022;2,75",
    "LRB;12;a_alq;Arbeitslosenquote;Bundesländer;8;Baden-Württemberg;2022;3,5",
    "LRB;12;a_alq;Arbeitslosenquote;Raumordnungsregionen;801;Rhein-Neckar;2022;4,1",
    "SDG;77;q_bev;Bevölkerung;Kreise;8226000;Rhein-Neckar-Kreis;2022;555352",
)


def inkar_file(lines: tuple[str, ...] = INKAR_LINES) -> str:
    """A table, or the file of all data."""
    return "\n".join(lines) + "\n"


def inkar_sheets(rows: tuple[tuple[Content, ...], ...] = INKAR_ROWS) -> dict[str, SheetSample]:
    """The workbook of a table."""
    return {"Daten": SheetSample(rows), "Metadaten": SheetSample([["Metadaten"], ["Indikator", "Quelle"]])}
