namespace Redshift.Core.Evaluation

open System
open System.Globalization

/// One epoch of training. Losses and errors are means over the epoch's objects; NaN where there is no validation set.
type HistoryRow =
    {
        /// From 1.
        Epoch: int
        Loss: float
        /// Mean absolute error of redshift on the training set.
        Mae: float
        ValLoss: float
        ValMae: float
        /// As it was at the epoch's last step.
        LearningRate: float
        /// From gathering the first batch to the last step's weights.
        TrainSeconds: float
        /// The whole epoch, validation included.
        Seconds: float
    }

/// `history.csv`.
module History =

    /// The first line.
    [<Literal>]
    let header = "epoch,loss,mae,val_loss,val_mae,learning_rate,train_seconds,seconds"

    let private columns = header.Split ','

    let private number (value: float) = value.ToString("R", CultureInfo.InvariantCulture)

    /// A row as a line without its end; numbers in the fewest digits that read back the same, NaN as an empty cell.
    let writeRow (row: HistoryRow) : string =
        [ row.Loss; row.Mae; row.ValLoss; row.ValMae; row.LearningRate; row.TrainSeconds; row.Seconds ]
        |> List.map (fun value -> if Double.IsNaN value then "" else number value)
        |> List.append [ string row.Epoch ]
        |> String.concat ","

    /// The whole file, `\n` at the end of each line.
    let write (rows: HistoryRow seq) : string =
        seq {
            header
            yield! Seq.map writeRow rows
        }
        |> Seq.map (fun line -> line + "\n")
        |> String.concat ""

    let private parseInt (place: string) (cell: string) =
        match Int32.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) with
        | true, value when value >= 0 -> Ok value
        | _ -> Error $"{place}: expected a whole number of at least 0, found \"{cell}\""

    let private parseFloat (place: string) (cell: string) =
        match Double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> Ok value
        | false, _ when cell = "" -> Ok nan
        | false, _ -> Error $"{place}: expected a number, found \"{cell}\""

    let private parseRow (line: int) (text: string) =
        let cells = text.Split ','
        let place column = $"{line}:{columns[column]}"
        let float column = parseFloat (place column) cells[column]

        if cells.Length <> columns.Length then
            Error $"{line}: expected {columns.Length} cells, found {cells.Length}"
        else
            match parseInt (place 0) cells[0], Array.init (columns.Length - 1) (fun i -> float (i + 1)) with
            | Error fault, _ -> Error fault
            | Ok epoch, numbers ->
                match
                    numbers
                    |> Array.tryPick (function
                        | Error fault -> Some fault
                        | Ok _ -> None)
                with
                | Some fault -> Error fault
                | None ->
                    let value = numbers |> Array.map (Result.defaultValue nan)

                    Ok
                        { Epoch = epoch
                          Loss = value[0]
                          Mae = value[1]
                          ValLoss = value[2]
                          ValMae = value[3]
                          LearningRate = value[4]
                          TrainSeconds = value[5]
                          Seconds = value[6] }

    /// Reads a whole file; empty lines at its end are allowed. Errors begin with the line, from 1, and the column:
    /// `3:val_loss: expected a number, found "many"`.
    let parse (text: string) : Result<HistoryRow list, string> =
        let lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n').Split '\n'

        let rec rows line parsed =
            if line > lines.Length then
                Ok(List.rev parsed)
            else
                match parseRow line lines[line - 1] with
                | Ok row -> rows (line + 1) (row :: parsed)
                | Error fault -> Error fault

        if lines[0] = header then
            rows 2 []
        else
            Error $"1: expected the header {header}, found \"{lines[0]}\""
