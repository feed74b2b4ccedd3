namespace Redshift.Core

open System
open System.Collections.Generic
open System.Text.Json
open System.Text.Json.Nodes

/// A JSON value to be written. System.Text.Json does not serialise F# unions, so codecs are written by hand.
type JsonValue = JsonNode

/// Writing JSON.
module Json =
    let private options =
        JsonSerializerOptions(
            WriteIndented = true,
            Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        )

    /// A whole number.
    let int (value: int) : JsonValue = JsonValue.Create value
    /// A whole number of 64 bits.
    let int64 (value: int64) : JsonValue = JsonValue.Create value

    /// A whole number of 64 bits, at least 0.
    let uint64 (value: uint64) : JsonValue = JsonValue.Create value

    /// A number, or null where it is not finite: JSON has no NaN.
    let float (value: float) : JsonValue =
        if Double.IsFinite value then
            JsonValue.Create value
        else
            null

    /// A text.
    let string (value: string) : JsonValue = JsonValue.Create value
    /// True or false.
    let bool (value: bool) : JsonValue = JsonValue.Create value
    /// A list.
    let list (values: JsonValue seq) : JsonValue = JsonArray(Seq.toArray values)

    /// An object, its keys in the order given.
    let object (fields: (string * JsonValue) seq) : JsonValue =
        let result = JsonObject()

        for name, value in fields do
            result.Add(name, value)

        result

    /// The value or null.
    let option (write: 'T -> JsonValue) (value: 'T option) : JsonValue =
        match value with
        | Some value -> write value
        | None -> null

    /// Indented text with `\n` line ends and one at its end.
    let text (value: JsonValue) : string = value.ToJsonString(options).ReplaceLineEndings("\n") + "\n"

exception private JsonFault of path: string * expected: string * found: string

/// A place in a JSON document. Members read the value there or leave through `JsonReader.Parse` with an error that says
/// the path (`network/body/3/units`), what was expected and what was found.
[<Sealed>]
type JsonReader internal (path: string, element: JsonElement) =

    let describe () =
        match element.ValueKind with
        | JsonValueKind.Object -> "an object"
        | JsonValueKind.Array -> $"a list of {element.GetArrayLength()}"
        | JsonValueKind.Null
        | JsonValueKind.Undefined -> "null"
        | JsonValueKind.String
        | JsonValueKind.Number
        | JsonValueKind.True
        | JsonValueKind.False
        | _ ->
            let text = element.GetRawText()

            if text.Length > 60 then
                text.Substring(0, 60) + "…"
            else
                text

    /// Where this value stands, from the document's root.
    member _.Path = if path = "" then "the document" else path

    /// Leaves with an error about this value.
    member this.Fail(expected: string, ?found: string) : 'T =
        raise (JsonFault(this.Path, expected, defaultArg found (describe ())))

    /// True where the value is null.
    member _.IsNull = element.ValueKind = JsonValueKind.Null

    /// True where the value is an object.
    member _.IsObject = element.ValueKind = JsonValueKind.Object

    /// True where the value is a text.
    member _.IsString = element.ValueKind = JsonValueKind.String

    /// A whole number of 32 bits.
    member this.Int: int =
        let mutable value = 0

        if element.ValueKind = JsonValueKind.Number && element.TryGetInt32 &value then
            value
        else
            this.Fail "a whole number"

    /// A whole number of 64 bits.
    member this.Int64: int64 =
        let mutable value = 0L

        if element.ValueKind = JsonValueKind.Number && element.TryGetInt64 &value then
            value
        else
            this.Fail "a whole number"

    /// A whole number of 64 bits, at least 0.
    member this.UInt64: uint64 =
        let mutable value = 0UL

        if element.ValueKind = JsonValueKind.Number && element.TryGetUInt64 &value then
            value
        else
            this.Fail "a whole number of at least 0"

    /// A finite number.
    member this.Float: float =
        let mutable value = 0.0

        if
            element.ValueKind = JsonValueKind.Number
            && element.TryGetDouble &value
            && Double.IsFinite value
        then
            value
        else
            this.Fail "a finite number"

    /// A number above zero.
    member this.Positive: float =
        let value = this.Float
        if value > 0.0 then value else this.Fail "a number above 0"

    /// A number of at least zero.
    member this.NonNegative: float =
        let value = this.Float

        if value >= 0.0 then
            value
        else
            this.Fail "a number of at least 0"

    /// A whole number of at least one.
    member this.Count: int =
        let value = this.Int

        if value >= 1 then
            value
        else
            this.Fail "a whole number of at least 1"

    /// A text.
    member this.String: string =
        if element.ValueKind = JsonValueKind.String then
            element.GetString()
        else
            this.Fail "a text"

    /// True or false.
    member this.Bool: bool =
        match element.ValueKind with
        | JsonValueKind.True -> true
        | JsonValueKind.False -> false
        | _ -> this.Fail "true or false"

    /// A list, each item read by `read`.
    member this.List(read: JsonReader -> 'T) : 'T list =
        if element.ValueKind <> JsonValueKind.Array then
            this.Fail "a list"

        let prefix = if path = "" then "" else path + "/"
        [ for i, item in Seq.indexed (element.EnumerateArray()) -> read (JsonReader($"{prefix}{i}", item)) ]

    /// The value as it stands, to be changed and written elsewhere. An object that has a field twice is an error.
    member this.Copy() : JsonValue =
        let prefix = if path = "" then "" else path + "/"

        match element.ValueKind with
        | JsonValueKind.Object ->
            let copy = JsonObject()

            for field in element.EnumerateObject() do
                let inner = JsonReader(prefix + field.Name, field.Value)

                if copy.ContainsKey field.Name then
                    inner.Fail("each field once", "it twice")

                copy.Add(field.Name, inner.Copy())

            copy
        | JsonValueKind.Array -> JsonArray(this.List _.Copy() |> List.toArray)
        | JsonValueKind.Null
        | JsonValueKind.Undefined -> null
        | JsonValueKind.String -> JsonValue.Create this.String
        | JsonValueKind.Number
        | JsonValueKind.True
        | JsonValueKind.False
        | _ -> JsonNode.Parse(element.GetRawText())

    /// One of the named values.
    member this.OneOf(cases: (string * 'T) list) : 'T =
        match cases |> List.tryFind (fun (name, _) -> name = this.String) with
        | Some(_, value) -> value
        | None ->
            let names = cases |> List.map fst |> String.concat ", "
            this.Fail $"one of {names}"

    /// An object, its fields read by `read`. A field that `read` did not ask for is an error, so that a misspelt one is
    /// never silently ignored.
    member this.Object(read: JsonFields -> 'T) : 'T =
        if element.ValueKind <> JsonValueKind.Object then
            this.Fail "an object"

        let fields = JsonFields(path, element)
        let value = read fields
        fields.RefuseUnread()
        value

    /// Reads a whole document. Errors are one line: `network/body/3/units: expected a whole number, found "many"`.
    static member Parse(text: string, read: JsonReader -> 'T) : Result<'T, string> =
        try
            use document =
                JsonDocument.Parse(text, JsonDocumentOptions(MaxDepth = 64, CommentHandling = JsonCommentHandling.Skip))

            Ok(read (JsonReader("", document.RootElement)))
        with
        | JsonFault(path, expected, found) -> Error $"{path}: expected {expected}, found {found}"
        | :? JsonException as e ->
            let line = e.LineNumber.GetValueOrDefault() + 1L
            let column = e.BytePositionInLine.GetValueOrDefault() + 1L
            Error $"{line}:{column}: expected JSON, found something else"
        | :? InvalidOperationException -> Error "the document: expected texts in Unicode, found half a surrogate pair"

/// The fields of one object, remembering which were asked for.
and [<Sealed>] JsonFields internal (path: string, element: JsonElement) =
    let asked = HashSet<string>(StringComparer.Ordinal)
    let prefix = if path = "" then "" else path + "/"

    let find (name: string) =
        asked.Add name |> ignore
        let mutable value = JsonElement()

        if element.TryGetProperty(name, &value) then
            Some value
        else
            None

    /// True where the object has the field.
    member _.Has(name: string) = (find name).IsSome

    /// The field's value; an error where it is missing.
    member _.Required(name: string, read: JsonReader -> 'T) : 'T =
        match find name with
        | Some value -> read (JsonReader(prefix + name, value))
        | None -> raise (JsonFault((if path = "" then "the document" else path), $"a field \"{name}\"", "none"))

    /// The field's value; `None` where it is missing or null.
    member _.Optional(name: string, read: JsonReader -> 'T) : 'T option =
        match find name with
        | Some value when value.ValueKind <> JsonValueKind.Null -> Some(read (JsonReader(prefix + name, value)))
        | Some _
        | None -> None

    /// The field's value, or `fallback` where it is missing or null.
    member this.Default(name: string, fallback: 'T, read: JsonReader -> 'T) : 'T =
        this.Optional(name, read) |> Option.defaultValue fallback

    /// A field that says which case of a union the object is: `read` gets the case's name.
    member this.Case(name: string, cases: (string * 'T) list) : 'T = this.Required(name, _.OneOf(cases))

    /// Leaves with an error at the first field that was not asked for.
    member internal _.RefuseUnread() =
        for field in element.EnumerateObject() do
            if not (asked.Contains field.Name) then
                let known = asked |> Seq.sort |> String.concat ", "

                raise (
                    JsonFault(
                        (if path = "" then "the document" else path),
                        $"only the fields {known}",
                        $"\"{field.Name}\""
                    )
                )
