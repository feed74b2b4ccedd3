/// Conversions between the types of values.
module internal Deedle.Conversion

open System

/// From narrow to wide; each number is safely one of a later type, except across signs.
let private wider: (Type * Type list) list =
    let signed = [ typeof<int8>; typeof<int16>; typeof<int32>; typeof<int64> ]

    let unsigned = [ typeof<uint8>; typeof<uint16>; typeof<uint32>; typeof<uint64> ]

    let real = [ typeof<decimal>; typeof<float32>; typeof<float> ]

    [ typeof<int16>, [ typeof<int8>; typeof<uint8> ]
      typeof<int32>, typeof<uint16> :: typeof<uint8> :: List.take 2 signed
      typeof<int64>, List.take 3 unsigned @ List.take 3 signed
      typeof<decimal>, signed @ unsigned
      typeof<float32>, typeof<decimal> :: signed @ unsigned
      typeof<float>, List.take 2 real @ signed @ unsigned ]

let private isSafe (source: Type) (target: Type) =
    wider
    |> List.exists (fun (wide, narrow) -> wide = target && List.contains source narrow)

/// Whether `convert` is expected to succeed.
let canConvert<'T> kind (value: obj) =
    match value with
    | :? 'T -> true
    | :? IConvertible ->
        match kind with
        | ConversionKind.Flexible -> true
        | ConversionKind.Safe -> isSafe (value.GetType()) typeof<'T>
        | _ -> false
    | _ -> false

/// The value as one of the type; raises `InvalidCastException` or `FormatException` if it is none.
let convert<'T> kind (value: obj) : 'T =
    match value with
    | :? 'T as typed -> typed
    | _ when canConvert<'T> kind value || kind = ConversionKind.Flexible ->
        Convert.ChangeType(value, typeof<'T>, Globalization.CultureInfo.InvariantCulture) :?> 'T
    | null -> raise (InvalidCastException $"Cannot convert null to {typeof<'T>.Name}")
    | _ -> raise (InvalidCastException $"Cannot safely convert {value.GetType().Name} to {typeof<'T>.Name}")
