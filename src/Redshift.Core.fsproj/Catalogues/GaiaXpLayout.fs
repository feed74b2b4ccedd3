namespace Redshift.Core.Catalogues

open System

/// What a file of Gaia spectra holds.
type internal GaiaXpKind =
    /// Coefficients of basis functions, their errors and correlations, both bands in a row.
    | Continuous
    /// GaiaXPy's `convert` output: a row for each source and band, fluxes in e-/s/px on a grid of pseudo-wavelengths.
    | Converted
    /// 120 samples of BP, then 120 of RP, in order of rising wavelength; e-/s per sample.
    | Full
    /// The 186 samples of survey gaia; e-/s per sample.
    | Ready

/// Which of a table's columns a Gaia spectrum is read from.
type internal GaiaXpLayout =
    {
        Kind: GaiaXpKind
        /// The wanted columns' places in the table, and their names in messages.
        Columns: int[]
        Names: string[]
        /// Which of them is what; -1 where the file has none.
        Id: int
        Redshift: int
        Ra: int
        Dec: int
        /// The first of the wanted columns with data; of errors, -1 where there are none.
        Data: int
        Errors: int
    }

/// Finding out what a table of Gaia spectra holds.
module internal GaiaXpLayout =

    let private continuous =
        [ for band in [ "bp"; "rp" ] do
              yield! [ $"{band}_coefficients"; $"{band}_coefficient_errors"; $"{band}_coefficient_correlations" ] ]

    let private expected =
        "XP_CONTINUOUS coefficients, GaiaXPy `convert` output, or columns flux_0 to flux_239 or flux_185"

    let private calibrated =
        "calibrated spectra (XP_SAMPLED or `calibrate` output), which have lost the instrument's sampling: download "
        + "XP_CONTINUOUS, or run GaiaXPy's `convert` instead of `calibrate`"

    let private find (table: Table) name = Array.IndexOf(table.Names, name)

    /// The layout whose data columns have those names; a source_id is needed where `idNeeded`.
    let private make (table: Table) kind (data: string list) (errors: string list) idNeeded =
        let needed = (if idNeeded then [ "source_id" ] else []) @ data @ errors

        Tables.columns table needed
        |> Result.map (fun _ ->
            let redshift = if find table "redshift" >= 0 then "redshift" else "z"

            let optional =
                [ "source_id"; redshift; "ra"; "dec" ]
                |> List.filter (fun name -> find table name >= 0)

            let names = Array.ofList (optional @ data @ errors)
            let among name = Array.IndexOf(names, name)

            { Kind = kind
              Columns = names |> Array.map (find table)
              Names = names
              Id = among "source_id"
              Redshift = among redshift
              Ra = among "ra"
              Dec = among "dec"
              Data = optional.Length
              Errors = if errors.IsEmpty then -1 else optional.Length + data.Length })

    let private numbered stem count = [ for i in 0 .. count - 1 -> $"{stem}{i}" ]

    /// How many columns are called `stem` and a number.
    let private countNumbered (table: Table) (stem: string) =
        table.Names
        |> Array.filter (fun name ->
            name.Length > stem.Length
            && name.StartsWith(stem, StringComparison.Ordinal)
            && Seq.forall Char.IsAsciiDigit (name.Substring stem.Length))
        |> Array.length

    let private samples (table: Table) =
        let full = 2 * GaiaXpGrid.FullCount

        let count, kind =
            if find table $"flux_{GaiaXpGrid.Count}" >= 0 then
                full, Full
            else
                GaiaXpGrid.Count, Ready

        let found = countNumbered table "flux_"

        let errors =
            if countNumbered table "flux_error_" > 0 then
                numbered "flux_error_" count
            else
                []

        make table kind (numbered "flux_" count) errors false
        |> Result.bind (fun layout ->
            if found > count then
                Error(Table.headerError table $"{count} columns flux_0 to flux_{count - 1}" $"{found}")
            else
                Ok layout)

    /// Rows of 186 or 240 numbers, after a redshift or not.
    let private headerless (table: Table) =
        let full = 2 * GaiaXpGrid.FullCount

        let layout kind (redshifts: int) =
            let count = table.ColumnCount

            Ok
                { Kind = kind
                  Columns = Array.init count id
                  Names = Array.init count (fun i -> string (i + 1))
                  Id = -1
                  Redshift = redshifts - 1
                  Ra = -1
                  Dec = -1
                  Data = redshifts
                  Errors = -1 }

        match table.ColumnCount with
        | n when n = full || n = full + 1 -> layout Full (n - full)
        | n when n = GaiaXpGrid.Count || n = GaiaXpGrid.Count + 1 -> layout Ready (n - GaiaXpGrid.Count)
        | n ->
            Error(
                Table.headerError table "a header, or rows of 186 or 240 fluxes, after a redshift or not" $"{n} columns"
            )

    /// The layout of a table that was opened.
    let ofTable (table: Table) : Result<GaiaXpLayout, CatalogueError> =
        let has name = find table name >= 0

        if table.Names.Length = 0 then
            headerless table
        elif has "bp_coefficients" || has "rp_coefficients" then
            make table Continuous continuous [] true
        elif has "xp" && has "flux" then
            make table Converted [ "xp"; "flux" ] [ "flux_error" ] true
        elif has "flux" then
            Error(Table.headerError table expected calibrated)
        elif has "flux_0" then
            samples table
        else
            let names = table.Names |> Seq.truncate 6 |> String.concat ", "
            Error(Table.headerError table expected $"columns {CatalogueError.quote names}")
