/// Objects as JSON, in the form Newtonsoft.Json gives them: members in the order of declaration, derived types first;
/// floats with a decimal point and the fewest digits that read back the same; NaN and infinities as strings.
module internal XPlot.Plotly.Json

open System
open System.Collections
open System.Globalization
open System.Reflection
open System.Text

let private quote (text: string) =
    let escape (c: char) =
        match c with
        | '"' -> "\\\""
        | '\\' -> "\\\\"
        | '\n' -> "\\n"
        | '\r' -> "\\r"
        | '\t' -> "\\t"
        | '\b' -> "\\b"
        | '\012' -> "\\f"
        | c when c < ' ' || c = '\u0085' || c = '\u2028' || c = '\u2029' -> $"\\u{int c:x4}"
        | c -> string c

    "\"" + String.collect escape text + "\""

let private real (value: IFormattable) =
    let text = value.ToString("R", CultureInfo.InvariantCulture)

    if text.Contains 'N' || text.Contains 'I' then quote text
    elif text.Contains '.' || text.Contains 'E' then text
    else text + ".0"

let private isInstance = BindingFlags.Instance ||| BindingFlags.NonPublic ||| BindingFlags.DeclaredOnly

/// Whether a member is to be written: if set in the store of its type; for other types, as `ShouldSerialize` says.
let private isWritten (o: obj) (property: PropertyInfo) =
    let owner = property.DeclaringType

    match owner.GetField("store", isInstance) with
    | field when not (isNull field) && field.FieldType = typeof<Store> -> (field.GetValue o :?> Store).Has property.Name
    | _ ->
        match owner.GetMethod("ShouldSerialize" + property.Name, Type.EmptyTypes) with
        | null -> true
        | method -> method.Invoke(o, null) :?> bool

let rec private write (json: StringBuilder) (value: obj) =
    match value with
    | null -> json.Append "null" |> ignore
    | :? string as s -> json.Append(quote s) |> ignore
    | :? char as c -> json.Append(quote (string c)) |> ignore
    | :? bool as b -> json.Append(if b then "true" else "false") |> ignore
    | :? float as f -> json.Append(real f) |> ignore
    | :? float32 as f -> json.Append(real f) |> ignore
    | :? decimal as d ->
        let text = d.ToString CultureInfo.InvariantCulture
        json.Append(if text.Contains '.' then text else text + ".0") |> ignore
    | :? DateTime as d -> writeTime json (d.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture))
    | :? DateTimeOffset as d ->
        writeTime json (d.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture))
    | :? Enum as e -> json.Append(e.ToString "D") |> ignore
    | :? IConvertible as n -> json.Append(n.ToString CultureInfo.InvariantCulture) |> ignore
    | :? IDictionary as entries ->
        writeMembers
            json
            [ for entry in Seq.cast<DictionaryEntry> entries -> string entry.Key, (fun () -> entry.Value) ]
    | :? IEnumerable as items -> writeItems json items
    | o ->
        writeMembers
            json
            [ for property in o.GetType().GetProperties() do
                  if
                      property.CanRead
                      && property.GetIndexParameters().Length = 0
                      && isWritten o property
                  then
                      property.Name, (fun () -> property.GetValue o) ]

and private writeTime json text = json.Append(quote text) |> ignore

and private writeItems json items =
    json.Append '[' |> ignore

    items
    |> Seq.cast<obj>
    |> Seq.iteri (fun i item ->
        if i > 0 then
            json.Append ',' |> ignore

        write json item)

    json.Append ']' |> ignore

and private writeMembers json members =
    json.Append '{' |> ignore

    members
    |> List.iteri (fun i (name, value) ->
        if i > 0 then
            json.Append ',' |> ignore

        json.Append(quote name).Append(':') |> ignore
        write json (value ()))

    json.Append '}' |> ignore

/// The object as JSON.
let serialize (value: obj) =
    let json = StringBuilder()
    write json value
    json.ToString()
