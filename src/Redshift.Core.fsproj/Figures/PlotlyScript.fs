namespace Redshift.Core.Figures

open System
open System.IO

/// Where a page takes plotly.js from.
[<RequireQualifiedAccess>]
type PlotlyScript =
    /// Its text, put into the page: nothing is fetched.
    | Inline of text: string
    /// An address, fetched when the page is opened.
    | Link of address: string

/// The script that draws the charts.
module PlotlyScript =

    /// The last version that reads titles as XPlot writes them: plotly.js 3 drops plain strings.
    [<Literal>]
    let version = "2.35.2"

    /// The address of that version.
    let address = $"https://cdn.plot.ly/plotly-{version}.min.js"

    let private embedded =
        lazy
            (match typeof<PlotlyScript>.Assembly.GetManifestResourceStream "plotly.min.js" with
             | null -> None
             | stream ->
                 use reader = new StreamReader(stream)
                 Some(reader.ReadToEnd()))

    /// The script as text where it was at hand when this library was built, else the address.
    let available () : PlotlyScript =
        match embedded.Value with
        | Some text -> PlotlyScript.Inline text
        | None -> PlotlyScript.Link address

    /// JavaScript that may stand in a page: in its strings, `</` and `<!--`, which would end the element, are written
    /// otherwise with the same meaning.
    let internal guard (script: string) : string =
        script
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
            .Replace("<script", "\\x3Cscript", StringComparison.OrdinalIgnoreCase)
            .Replace("<!--", "\\x3C!--")
