/// What a test expects of a value. Each raises `AssertException` with the message and what was found.
module Expecto.Expect

open System
open System.Text.RegularExpressions
open Differences

let private fail (text: string) = failtest text

let private thrownBy f =
    try
        f ()
        None
    with e ->
        Some e

/// Expects f to throw.
let throws f (message: string) =
    if Option.isNone (thrownBy f) then
        fail $"{message}. Expected f to throw."

/// Expects f to throw and hands its exception on.
let throwsC f cont =
    match thrownBy f with
    | Some e -> cont e
    | None -> fail "Expected f to throw."

/// Expects f to throw exactly this type of exception.
[<RequiresExplicitTypeArguments>]
let throwsT<'texn when 'texn :> exn> f (message: string) =
    match thrownBy f with
    | Some e when e.GetType() <> typeof<'texn> ->
        fail (
            $"{message}. Expected f to throw an exn of type {typeof<'texn>.FullName}, "
            + $"but one of type {e.GetType().FullName} was thrown."
        )
    | Some _ -> ()
    | None -> fail $"{message}. Expected f to throw."

/// Expects f to throw asynchronously.
let throwsAsync f (message: string) =
    async {
        let! outcome = Async.Catch(async.Delay f)

        match outcome with
        | Choice1Of2() -> fail $"{message}. Expected f to throw."
        | Choice2Of2 _ -> ()
    }

/// Expects `None`.
let isNone x (message: string) =
    match x with
    | None -> ()
    | Some x -> fail $"{message}. Expected None, was Some(%A{x})."

/// Expects `Some` and returns its value.
let wantSome x (message: string) =
    match x with
    | None -> fail $"{message}. Expected Some _, was None."
    | Some x -> x

/// Expects `Some`.
let isSome x (message: string) = wantSome x message |> ignore

/// Expects `Ok` and returns its value.
let wantOk x (message: string) =
    match x with
    | Ok x -> x
    | Error x -> fail $"{message}. Expected Ok, was Error(%A{x})."

/// Expects `Ok`.
let isOk x (message: string) = wantOk x message |> ignore

/// Expects `Error` and returns its value.
let wantError x (message: string) =
    match x with
    | Ok x -> fail $"{message}. Expected Error, was Ok(%A{x})."
    | Error x -> x

/// Expects `Error`.
let isError x (message: string) = wantError x message |> ignore

/// Expects the value not to be null.
let isNotNull x (message: string) =
    match x with
    | null -> fail message
    | _ -> ()

/// Expects null.
let isNull x (message: string) =
    match x with
    | null -> ()
    | x -> fail $"{message}. Expected null, but was %A{x}."

/// Expects a &lt; b.
let isLessThan a b (message: string) =
    if a >= b then
        fail $"{message}. Expected a (%A{a}) to be less than b (%A{b})."

/// Expects a &lt;= b.
let isLessThanOrEqual a b (message: string) =
    if a > b then
        fail $"{message}. Expected a (%A{a}) to be less than or equal to b (%A{b})."

/// Expects a > b; never with a NaN.
let isGreaterThan a b (message: string) =
    if not (a > b) then
        fail $"{message}. Expected a (%A{a}) to be greater than b (%A{b})."

/// Expects a >= b; never with a NaN.
let isGreaterThanOrEqual a b (message: string) =
    if not (a >= b) then
        fail $"{message}. Expected a (%A{a}) to be greater than or equal to b (%A{b})."

/// Expects finite floats within the accuracy of each other.
let floatClose (accuracy: Accuracy<'u>) (actual: float<'u>) (expected: float<'u>) (message: string) : unit =
    if Double.IsInfinity(float actual) then
        fail $"{message}. Expected actual to not be infinity, but it was."
    elif Double.IsInfinity(float expected) then
        fail $"{message}. Expected expected to not be infinity, but it was."
    elif not (Accuracy.areClose accuracy actual expected) then
        let allowed = float (Accuracy.areCloseRhs accuracy actual expected)
        let difference = float (Accuracy.areCloseLhs actual expected)

        fail (
            $"{message}. Expected difference to be less than %.20g{allowed} for accuracy "
            + $"{{absolute=%.20g{float accuracy.absolute}; relative=%.20g{accuracy.relative}}}, "
            + $"but was %.20g{difference}. actual=%.20g{float actual} expected=%.20g{float expected}"
        )

/// Expects finite 32-bit floats within the accuracy of each other.
let float32Close (accuracy: Accuracy32<'u>) (actual: float32<'u>) (expected: float32<'u>) (message: string) =
    if Single.IsInfinity(float32 actual) then
        fail $"{message}. Expected actual to not be infinity, but it was."
    elif Single.IsInfinity(float32 expected) then
        fail $"{message}. Expected expected to not be infinity, but it was."
    elif not (Accuracy.areClose accuracy actual expected) then
        let allowed = float32 (Accuracy.areCloseRhs accuracy actual expected)
        let difference = float32 (Accuracy.areCloseLhs actual expected)

        fail (
            $"{message}. Expected difference to be less than {allowed} for accuracy "
            + $"{{absolute={float32 accuracy.absolute}; relative={accuracy.relative}}}, "
            + $"but was {difference}. actual={float32 actual} expected={float32 expected}"
        )

/// Expects actual to be less than expected, or close to it.
let floatLessThanOrClose accuracy actual expected (message: string) =
    if actual > expected then
        floatClose accuracy actual expected message

/// Expects actual to be greater than expected, or close to it.
let floatGreaterThanOrClose accuracy actual expected (message: string) =
    if actual < expected then
        floatClose accuracy actual expected message

/// Expects NaN.
let isNaN (f: float<'u>) (message: string) =
    if not (Double.IsNaN(float f)) then
        fail $"{message}. Float should be a NaN (not a number) value."

/// Expects anything but NaN.
let isNotNaN (f: float<'u>) (message: string) =
    if Double.IsNaN(float f) then
        fail $"{message}. Float was the NaN (not a number) value."

/// Expects positive infinity.
let isPositiveInfinity (actual: float<'u>) (message: string) =
    if not (Double.IsPositiveInfinity(float actual)) then
        fail $"{message}. Float should be positive infinity."

/// Expects negative infinity.
let isNegativeInfinity (actual: float<'u>) (message: string) =
    if not (Double.IsNegativeInfinity(float actual)) then
        fail $"{message}. Float should be negative infinity."

/// Expects an infinity.
let isInfinity (actual: float<'u>) (message: string) =
    if not (Double.IsInfinity(float actual)) then
        fail $"{message}. Float should be infinity."

/// Expects anything but an infinity.
let isNotInfinity (actual: float<'u>) (message: string) =
    if Double.IsNegativeInfinity(float actual) then
        fail $"{message}. Float was negative infinity."

    if Double.IsPositiveInfinity(float actual) then
        fail $"{message}. Float was positive infinity."

/// Expects a string that is neither null nor empty.
let isNotEmpty (actual: string) (message: string) =
    isNotNull actual message

    if actual = "" then
        fail $"{message}. Should not be empty."

/// Expects a string with something other than white space in it.
let isNotWhitespace (actual: string) (message: string) =
    isNotEmpty actual message

    if String.IsNullOrWhiteSpace actual then
        fail $"{message}. Should not be whitespace."

/// Expects an empty sequence.
let isEmpty actual (message: string) =
    if not (Seq.isEmpty actual) then
        fail $"{message}. Should be empty."

/// Expects a sequence with elements.
let isNonEmpty actual (message: string) =
    if Seq.isEmpty actual then
        fail $"{message}. Should not be empty."

/// Expects as many elements that satisfy the selector.
let hasCountOf (actual: _ seq) (expected: uint32) (selector: _ -> bool) (message: string) =
    let hits = actual |> Seq.filter selector |> Seq.length |> uint32

    if hits <> expected then
        fail $"{message}. Should be of count: {expected}, but was: {hits}"

let private stringEqual (actual: string) (expected: string) message =
    let differ what = fail ($"{message}. String {what}." + sideBySide "expected" expected "  actual" actual)

    match firstDifference actual expected with
    | _, None, None -> ()
    | i, Some a, Some e -> differ $"does not match at position {i}. Expected char: %A{e}, but got %A{a}"
    | i, None, Some e -> differ $"actual was shorter than expected, at pos {i} for expected item %A{e}"
    | i, Some a, None -> differ $"actual was longer than expected, at pos {i} found item %A{a}"

/// Expects the values to be equal.
let equal (actual: 'a) (expected: 'a) (message: string) =
    match box actual, box expected with
    | (:? string as a), (:? string as e) -> stringEqual a e message
    | (:? float as a), (:? float as e) ->
        if a <> e then
            fail $"{message}. Actual value was {a} but had expected it to be {e}."
    | a, e ->
        if actual <> expected then
            fail $"""{message}.{sideBySide "expected" e "  actual" a}"""

/// Expects the values to differ.
let notEqual (actual: 'a) (expected: 'a) (message: string) =
    if expected = actual then
        fail $"{message}. Actual value was equal to %A{actual} but had expected them to be non-equal."

/// Expects the string to match the pattern somewhere.
let isMatch (actual: string) (pattern: string) (message: string) =
    if not (Regex.IsMatch(actual, pattern)) then
        fail $"{message}. Expected {actual} to match pattern: /{pattern}/"

/// Expects the string not to match the pattern.
let isNotMatch (actual: string) (pattern: string) (message: string) =
    if Regex.IsMatch(actual, pattern) then
        fail $"{message}. Expected {actual} to match pattern: /{pattern}/"

/// Expects false.
let isFalse actual (message: string) =
    if actual then
        fail $"{message}. Actual value was true but had expected it to be false."

/// Expects true.
let isTrue actual (message: string) =
    if not actual then
        fail $"{message}. Actual value was false but had expected it to be true."

/// Expects an element that satisfies the asserter.
let exists (actual: 'a seq) asserter (message: string) =
    if Object.ReferenceEquals(actual, null) || not (Seq.exists asserter actual) then
        fail $"{message}. There isn't any element which satisfies given assertion %A{asserter}."

/// Expects all elements to satisfy the asserter.
let all (actual: 'a seq) asserter (message: string) =
    if Object.ReferenceEquals(actual, null) then
        fail $"{message}. Sequence is empty"

    match actual |> Seq.indexed |> Seq.filter (snd >> asserter >> not) |> List.ofSeq with
    | [] -> ()
    | wrong ->
        let lines = [ for i, x in wrong -> $"Element at index: {i} which is equal to: %A{x}" ]

        fail (
            $"{message}. Some elements don't satisfy `asserter`.\n"
            + String.concat "\n" lines
        )

/// Expects all elements to be equal to the given one.
let allEqual (actual: 'a seq) equalTo (message: string) = all actual ((=) equalTo) message

/// Expects the sequence to contain the element.
let contains sequence element (message: string) =
    if not (Seq.exists ((=) element) sequence) then
        fail $"{message}. Sequence did not contain %A{element}."

/// Expects each element of `expected` somewhere in `actual`, however often.
let containsAll (actual: _ seq) (expected: _ seq) (message: string) =
    let missing = expected |> Seq.filter (fun e -> not (Seq.exists ((=) e) actual)) |> List.ofSeq

    if not missing.IsEmpty then
        fail (
            $"{message}.\n    Sequence `actual` does not contain all `expected` elements.\n"
            + $"        All elements in `actual`:\n        {braced actual}\n"
            + $"        All elements in `expected`:\n        {braced expected}\n"
            + $"        Missing elements from `actual`:\n        {braced missing}"
        )

/// Expects the same elements in the same order.
let sequenceEqual actual expected (message: string) =
    let differ what =
        fail (
            $"{message}. Sequence {what}."
            + sideBySide "expected" (numbered expected) "  actual" (numbered actual)
        )

    match firstDifference actual expected with
    | _, None, None -> ()
    | i, Some a, Some e -> differ $"does not match at position {i}. Expected item: %A{e}, but got %A{a}"
    | i, None, Some e -> differ $"actual shorter than expected, at pos {i} for expected item %A{e}"
    | i, Some a, None -> differ $"actual longer than expected, at pos {i} found item %A{a}"

/// Expects each element to be at least the one before.
let isAscending (subject: _ seq) (message: string) =
    if not (subject |> Seq.pairwise |> Seq.forall (fun (a, b) -> b >= a)) then
        fail $"{message}. Sequence is not ascending"

/// Expects each element to be at most the one before.
let isDescending (subject: _ seq) (message: string) =
    if not (subject |> Seq.pairwise |> Seq.forall (fun (a, b) -> b <= a)) then
        fail $"{message}. Sequence is not descending"

/// Expects the string to contain the substring.
let stringContains (subject: string) (substring: string) (message: string) =
    if not (subject.Contains substring) then
        fail $"{message}. Expected subject string '{subject}' to contain substring '{substring}'."

/// Expects the string to start so.
let stringStarts (subject: char seq) (prefix: char seq) (message: string) =
    match firstDifference subject prefix with
    | _, _, None -> ()
    | i, None, Some p ->
        fail (
            $"{message}. Expected subject string to be longer or equal to prefix. Differs at position {i} "
            + $"""with char '{p}'.{sideBySide " prefix" prefix "subject" subject}"""
        )
    | i, Some s, Some p ->
        fail (
            $"{message}. Expected subject string to start with the prefix. Differs at position {i} with subject "
            + $"""'{s}' and prefix '{p}'.{sideBySide " prefix" prefix "subject" subject}"""
        )

/// Expects the string to end so.
let stringEnds (subject: string) (suffix: string) (message: string) =
    if not (subject.EndsWith(suffix, StringComparison.Ordinal)) then
        fail $"{message}. Expected subject string '{subject}' to end with '{suffix}'."

/// Expects a string of this length.
let stringHasLength (subject: string) (length: int) (message: string) =
    if subject.Length <> length then
        fail $"{message}. Expected subject string '{subject}' to have length '{length}'."

/// Expects as many elements.
let hasLength (seq: 'a seq) expectedLength (message: string) =
    let length = Seq.length seq

    if length <> expectedLength then
        fail $"{message}. Expected list to have length {expectedLength}, but length was {length}. Seq:\n%A{seq}"
