namespace Redshift.Core.Catalogues

/// The formats that catalogues may have: one line each. The first that recognises a file reads it.
module internal Formats =

    /// How many bytes a format sees before it decides.
    [<Literal>]
    let PrefixLength = 4096

    /// Every format, the text table last.
    let all: Format list = [ Csv.format ]
