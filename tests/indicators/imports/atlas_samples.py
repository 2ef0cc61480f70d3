"""The workbook of the Deutschlandatlas in small: sheets by level and territory, invented figures."""

from workbook_samples import Content, Formula

ATLAS_SHEETS: dict[str, list[list[Content]]] = {
    "Deutschlandatlas_KRS1222": [
        ["KRS1222", "Kreisname", "alq", "preis_miet", "bev_ausw"],
        [1001000.0, "Flensburg", 8.4, "8,50 bis unter 10,00", -3.25],
        [6432000.0, "Darmstadt-Dieburg", 4.7, "10,00 bis unter 11,50", 12.0],
        [8226000.0, "Rhein-Neckar-Kreis", 4.1, "11,50 und mehr", Formula("#VALUE!", is_error=True)],
        [12069000.0, "Potsdam-Mittelmark", 4.9, "-9999", -9999.0],
    ],
    "Deutschlandatlas_GEM1220": [
        ["GKZ1220", "Gemeindename", "p_apo"],
        [8226003.0, "Altlußheim", 3.5],
        [8226095.0, "Walldorf", -99999.0],
        [12069017.0, "Beelitz", 8.25],
    ],
}


def atlas_sheets(**cells: Content) -> dict[str, list[list[Content]]]:
    """The sheets; `KRS1222_A3=…` puts another content into a cell."""
    sheets = {name: [list(row) for row in rows] for name, rows in ATLAS_SHEETS.items()}
    for place, content in cells.items():
        territory, cell = place.split("_")
        name = next(name for name in sheets if name.endswith(territory))
        row, column = int(cell[1:]) - 1, ord(cell[0]) - ord("A")
        rows = sheets[name]
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = content
    return sheets
