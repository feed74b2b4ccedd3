namespace Deedle

open System

/// The values of a series, whatever their type.
type IVector =
    /// The values as objects.
    abstract ObjectSequence: seq<OptionalValue<obj>>

    /// Type of the values.
    abstract ElementType: Type

/// Values at positions; position -1 stands for a missing one.
[<AbstractClass>]
type internal Column() =
    abstract Length: int
    abstract ElementType: Type
    abstract GetObject: int -> OptionalValue<obj>
    abstract Select: int[] -> Column

    /// With a value where one is missing, if it is safely one of the column's type; else the column.
    abstract Fill: obj -> Column

    member x.Objects = Array.init x.Length x.GetObject

    interface IVector with
        member x.ObjectSequence = x.Objects
        member x.ElementType = x.ElementType

/// Null, an empty `Nullable` and NaN are missing.
type internal Column<'T>(data: OptionalValue<'T>[]) =
    inherit Column()

    static let isMissing: 'T -> bool =
        if typeof<'T> = typeof<float> then
            unbox (fun (v: float) -> Double.IsNaN v)
        elif typeof<'T> = typeof<float32> then
            unbox (fun (v: float32) -> Single.IsNaN v)
        else
            fun v -> isNull (box v)

    let data =
        let isNone (v: OptionalValue<'T>) = v.HasValue && isMissing v.Value

        if Array.exists isNone data then
            data |> Array.map (fun v -> if isNone v then OptionalValue<'T>.Missing else v)
        else
            data

    let numbers =
        lazy
            (let isPresent (v: OptionalValue<'T>) = v.HasValue

             let present =
                 if Array.forall isPresent data then
                     data
                 else
                     Array.filter isPresent data

             match box present with
             | :? (OptionalValue<float>[]) as floats -> floats |> Array.map (fun v -> v.Value)
             | _ -> present |> Array.map (fun v -> Convert.ToDouble(box v.Value)))

    member _.Data = data

    /// The present values as numbers, which statistics share; not to be changed.
    member _.Numbers = numbers.Value

    override _.Length = data.Length
    override _.ElementType = typeof<'T>

    override _.GetObject i =
        if i < 0 then
            OptionalValue<obj>.Missing
        else
            OptionalValue.map box data[i]

    override _.Select positions =
        positions
        |> Array.map (fun i -> if i < 0 then OptionalValue<'T>.Missing else data[i])
        |> Column<'T>
        :> Column

    override x.Fill value =
        if Conversion.canConvert<'T> ConversionKind.Safe value then
            let filling = OptionalValue<'T>(Conversion.convert<'T> ConversionKind.Safe value)

            data |> Array.map (fun v -> if v.HasValue then v else filling) |> Column<'T> :> Column
        else
            x

/// Functions on columns.
module internal Column =
    /// The values of one of our own vectors.
    let ofVector (vector: IVector) =
        match vector with
        | :? Column as column -> column
        | _ -> vector.ObjectSequence |> Array.ofSeq |> Column<obj> :> Column

    /// A column of present values.
    let ofValues (values: seq<'T>) =
        values
        |> Array.ofSeq
        |> Array.map (fun (v: 'T) -> OptionalValue<'T> v)
        |> Column<'T>

    /// The column with values of another type.
    let convert<'T> kind (column: Column) =
        match column with
        | :? Column<'T> as typed -> typed
        | _ ->
            column.Objects
            |> Array.map (OptionalValue.map (Conversion.convert<'T> kind))
            |> Column<'T>

    /// The column with values of another type, if all can be converted.
    let tryConvert<'T> kind (column: Column) =
        let possible =
            match column with
            | :? Column<'T> -> true
            | _ ->
                column.Objects
                |> Array.forall (fun v -> not v.HasValue || Conversion.canConvert<'T> kind v.Value)

        try
            if possible then
                OptionalValue(convert<'T> kind column)
            else
                OptionalValue.Missing
        with
        | :? FormatException
        | :? OverflowException -> OptionalValue.Missing
