namespace Redshift.Core.Models

open System
open System.Globalization
open Deedle
open Redshift.Core.Catalogues

/// What is known of a target, one number a row of a catalogue.
type Truth =
    {
        /// The target.
        Target: string
        /// NaN where it is not known or the survey's filters for it hold the row back; of classes the class's number.
        Values: float[]
    }

/// Reading what is known.
module Truth =

    let private number (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> ValueSome value
        | false, _ -> ValueNone

    /// A cell as the number of a class, NaN where it says that it is not known: a class's name, its number, or of two classes
    /// true and false or the probability of the second, one half being unknown; upper and lower case are alike. None where
    /// it is none of these.
    let private classOf (classes: string list) (text: string) : float voption =
        let named =
            classes
            |> List.tryFindIndex (fun name -> String.Equals(name, text, StringComparison.OrdinalIgnoreCase))

        let isPair = classes.Length = 2

        match named, text.ToLowerInvariant(), number text with
        | Some place, _, _ -> ValueSome(float place)
        | None, "false", _ when isPair -> ValueSome 0.0
        | None, "true", _ when isPair -> ValueSome 1.0
        | None, _, ValueSome value when isPair && value >= 0.0 && value <= 1.0 ->
            ValueSome(if value = 0.5 then nan else round value)
        | None, _, ValueSome value when value >= 0.0 && value < float classes.Length && value = floor value ->
            ValueSome value
        | None, _, _ -> ValueNone

    let private numbers (catalogue: Catalogue) (target: string) =
        catalogue.Objects.GetColumn<float> target
        |> Series.valuesAll
        |> Seq.map (Option.defaultValue nan)
        |> Seq.toArray

    let private texts (catalogue: Catalogue) (target: string) =
        catalogue.Objects.GetColumn<string> target
        |> Series.valuesAll
        |> Seq.map (Option.defaultValue null)
        |> Seq.toArray

    let private passing (catalogue: Catalogue) (target: string) (values: float[]) =
        values
        |> Array.mapi (fun row value -> if catalogue.Passes(target, row) then value else nan)

    let private classes (catalogue: Catalogue) (column: TargetColumn) : Result<float[], string> =
        let cells = texts catalogue column.Target
        let mutable fault = None

        let values =
            cells
            |> Array.mapi (fun row text ->
                if String.IsNullOrWhiteSpace text || not (catalogue.Passes(column.Target, row)) then
                    nan
                else
                    match classOf column.Classes (text.Trim()) with
                    | ValueSome place -> place
                    | ValueNone ->
                        if fault.IsNone then
                            let expected = String.concat " or " column.Classes

                            fault <-
                                Some
                                    $"row {catalogue.RowNumbers[row]} (from 0): {column.Target}: expected {expected}, or the class's number from 0, found {text}"

                        nan)

        match fault with
        | Some fault -> Result.Error fault
        | None -> Ok values

    /// What a catalogue knows of a target other than the redshift; all NaN where it has no such column. An error where a
    /// cell is none of the classes.
    let ofCatalogue (catalogue: Catalogue) (column: TargetColumn) : Result<Truth, string> =
        let known =
            if not (catalogue.Objects.ColumnKeys |> Seq.contains column.Target) then
                Ok(Array.create catalogue.Count nan)
            elif column.Classes.IsEmpty then
                Ok(numbers catalogue column.Target |> passing catalogue column.Target)
            else
                classes catalogue column

        known
        |> Result.map (fun values ->
            { Target = column.Target
              Values = values })

    /// Whether anything is known.
    let isKnown (truth: Truth) : bool = truth.Values |> Array.exists Double.IsFinite
