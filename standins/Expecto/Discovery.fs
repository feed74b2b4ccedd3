/// Finds the values marked as tests in an assembly.
module internal Expecto.Discovery

open System
open System.Reflection

let private stateOf (m: MemberInfo) =
    let has (attribute: Type) = m.IsDefined(attribute, true)

    if has typeof<FTestsAttribute> then Some Focused
    elif has typeof<TestsAttribute> then Some Normal
    elif has typeof<PTestsAttribute> then Some Pending
    else None

let private valueOf (m: MemberInfo) =
    match m with
    | :? FieldInfo as field when field.FieldType = typeof<Test> -> Some(field.GetValue null)
    | :? PropertyInfo as property when property.PropertyType = typeof<Test> -> Some(property.GetValue null)
    | :? MethodInfo as method when method.ReturnType = typeof<Test> -> Some(method.Invoke(null, null))
    | _ -> None

let private testOf (m: MemberInfo) =
    match stateOf m with
    | None -> None
    | Some state ->
        valueOf m
        |> Option.map (fun value ->
            match value with
            | :? Test as test -> Test.translateFocusState state test
            | _ ->
                $"{m.DeclaringType}.{m.Name}: the test is null; the assembly may not be initialised: "
                + "give it an [<EntryPoint>] or make it a library."
                |> NullTestDiscoveryException
                |> raise)

let private listed tests =
    if List.isEmpty tests then
        None
    else
        Some(TestList(tests, Normal))

/// The marked values of the exported types that satisfy the predicate; none if there are none.
let inAssembly typeFilter (assembly: Assembly) : Test option =
    let inType (t: Type) =
        let flags = BindingFlags.Public ||| BindingFlags.Static

        [ for m in t.GetMethods flags -> m :> MemberInfo
          for p in t.GetProperties flags -> p
          for f in t.GetFields flags -> f ]
        |> List.choose testOf
        |> listed

    assembly.GetExportedTypes()
    |> Array.filter typeFilter
    |> List.ofArray
    |> List.choose inType
    |> listed
