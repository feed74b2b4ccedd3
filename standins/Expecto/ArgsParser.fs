/// Command-line options: a name, a description and how many parameters follow.
module internal Expecto.ArgsParser

open System
open System.Globalization

/// Reads the parameters that follow an option; also says how many of them it took.
type Parser<'a> = string list -> Result<'a, string> * int

/// An option without parameters.
let none (case: 'a) : Parser<'a> = fun _ -> Ok case, 0

let private one parse case : Parser<'a> =
    fun parameters ->
        match parameters with
        | [] -> Error "requires a parameter", 0
        | first :: _ ->
            match parse first with
            | Some value -> Ok(case value), 1
            | None -> Error $"Cannot parse parameter '{first}'", 1

/// An option with one parameter.
let string case = one Some case

/// An option with a whole number.
let number case =
    let parse (text: string) =
        match Int32.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture) with
        | true, value -> Some value
        | false, _ -> None

    one parse case

/// An option that takes all the parameters that follow.
let list (parse: string -> Result<'b, string>) (case: 'b list -> 'a) : Parser<'a> =
    fun parameters ->
        let parsed = List.map parse parameters

        let wrong =
            parsed
            |> List.choose (function
                | Error e -> Some e
                | Ok _ -> None)

        let values =
            parsed
            |> List.choose (function
                | Ok value -> Some value
                | Error _ -> None)

        let result =
            if List.isEmpty wrong then
                Ok(case values)
            else
                Error(String.concat ", " wrong)

        result, parameters.Length

/// What a command line asks for.
type Parsed<'a> =
    /// These options.
    | Options of 'a list
    /// The usage text: asked for if there are no errors.
    | Usage of errors: string list

let private isHelp argument = List.contains argument [ "--help"; "-h"; "-?"; "/?" ]

/// Parses a command line; whatever no option takes is an error.
let parse (options: (string * string * Parser<'a>) list) (args: string[]) =
    let tryOption argument = options |> List.tryFind (fun (name, _, _) -> name = argument)

    let isParameter argument = not (isHelp argument) && Option.isNone (tryOption argument)

    let rec loop (values, errors, unknown, help) rest =
        match rest with
        | [] -> List.rev values, List.rev errors, List.rev unknown, help
        | argument :: rest ->
            let parameters = List.takeWhile isParameter rest
            let following = List.skip parameters.Length rest

            let unclaimed skipped = List.rev (List.skip skipped parameters) @ unknown

            match tryOption argument with
            | Some(name, _, parser) ->
                match parser parameters with
                | Ok value, taken -> loop (value :: values, errors, unclaimed taken, help) following
                | Error e, taken -> loop (values, $"{name} {e}" :: errors, unclaimed taken, help) following
            | None when isHelp argument -> loop (values, errors, unclaimed 0, true) following
            | None -> loop (values, errors, argument :: unknown, help) rest

    match loop ([], [], [], false) (List.ofArray args) with
    | values, [], [], false -> Options values
    | _, errors, [], _ -> Usage errors
    | _, errors, unknown, _ -> Usage(errors @ [ String.concat " " ("unknown options:" :: unknown) ])

/// The usage text.
let usage commandName (options: (string * string * Parser<'a>) list) =
    let rows =
        [ for name, description, _ in options -> name, description ]
        @ [ "--help", "Show this help message." ]

    let width = rows |> List.map (fun (name, _) -> name.Length) |> List.max

    let lines = [ for name, description in rows -> $"  {name.PadRight width}  {description}\n" ]

    $"Usage: {commandName} [options]\n\nOptions:\n" + String.concat "" lines
