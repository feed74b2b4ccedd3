namespace Deedle

open System

/// How a value becomes one of another type.
type ConversionKind =
    /// By a cast.
    | Exact = 0
    /// To a wider number.
    | Safe = 1
    /// By whatever `System.Convert` knows.
    | Flexible = 2

/// Which keys a join keeps.
type JoinKind =
    /// Those of either.
    | Outer = 0
    /// Those of both.
    | Inner = 1
    /// Those of the first.
    | Left = 2
    /// Those of the second.
    | Right = 3

/// Which key answers a look-up.
type Lookup =
    /// The very key.
    | Exact = 1

/// There is such a key, but no value.
type MissingValueException(key: obj, message) =
    inherit Exception(message)

    /// The key.
    member _.Key = key

/// A value, or the exception that came instead. Nothing in Redshift makes one; its cases stand here because they hide
/// those of `Result` wherever Deedle is opened.
type TryValue<'T> =
    /// The value.
    | Success of 'T
    /// What was raised.
    | Error of exn

/// A value, or none.
[<Struct; CustomEquality; NoComparison>]
type OptionalValue<'T> private (hasValue: bool, value: 'T) =
    /// A present value.
    new(value: 'T) = OptionalValue(true, value)

    /// No value.
    static member Missing = OptionalValue(false, Unchecked.defaultof<'T>)

    /// Whether there is a value.
    member _.HasValue = hasValue

    /// The value; raises `InvalidOperationException` if there is none.
    member _.Value =
        if hasValue then
            value
        else
            invalidOp "OptionalValue.Value: Value is not available"

    /// The value, or the default of its type.
    member _.ValueOrDefault = value

    override _.ToString() =
        if not hasValue then "<missing>"
        elif isNull (box value) then "<null>"
        else string (box value)

    override _.GetHashCode() =
        match box value with
        | null -> 0
        | o -> o.GetHashCode()

    override x.Equals y =
        match y with
        | :? OptionalValue<'T> as other -> x.HasValue = other.HasValue && Object.Equals(value, other.ValueOrDefault)
        | _ -> false

/// A value, or none.
type 'T opt = OptionalValue<'T>

/// Functions on optional values.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module OptionalValue =
    /// Applies the function to the value, if any.
    [<CompiledName("Bind")>]
    let inline bind f (input: OptionalValue<'T>) : OptionalValue<'R> =
        if input.HasValue then
            f input.Value
        else
            OptionalValue.Missing

    /// Applies the function to the value, if any.
    [<CompiledName("Map")>]
    let inline map f (input: OptionalValue<'T>) : OptionalValue<'R> =
        if input.HasValue then
            OptionalValue(f input.Value)
        else
            OptionalValue.Missing

    /// As an F# option.
    let inline asOption (value: 'T opt) = if value.HasValue then Some value.Value else None

    /// From an F# option.
    let inline ofOption (opt: option<'T>) : 'T opt =
        match opt with
        | None -> OptionalValue.Missing
        | Some v -> OptionalValue(v)

    /// The value, or the given one.
    let inline defaultArg def (optional: 'T opt) = if optional.HasValue then optional.Value else def
