//! CSV for spreadsheets, which take some texts for formulas.

/// What a cell begins with that a spreadsheet would calculate.
/// <https://owasp.org/www-community/attacks/CSV_Injection>
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Returns cells as a line of CSV. A text that would be a formula is put behind an apostrophe, which
/// spreadsheets do not show.
pub(crate) fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",")
}

/// Returns a cell that no spreadsheet takes for a formula.
pub(super) fn harmless(cell: &str) -> String {
    if cell.starts_with(FORMULAS) { format!("'{cell}") } else { cell.to_owned() }
}

/// Returns the text of a cell that was made harmless.
pub(super) fn text_of(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(FORMULAS)).unwrap_or(cell)
}

fn cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains([',', ';', '"', '\n', '\r', '\t']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
            assert_eq!(text_of(&harmless(cell)), cell);
        }
        for cell in ["anna", "", "a=1", "0.0132"] {
            assert_eq!((harmless(cell).as_str(), text_of(cell)), (cell, cell));
        }
    }

    #[test]
    fn formulas_are_texts_and_separators_are_quoted() {
        for (text, written) in [
            ("Anna", "Anna"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a,b", "\"a,b\""),
            ("a;b", "\"a;b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
            ("1-2", "1-2"),
            ("", ""),
        ] {
            assert_eq!(row([text]), written, "{text:?}");
        }
        assert_eq!(row(["a", "", "b"]), "a,,b");
    }
}
