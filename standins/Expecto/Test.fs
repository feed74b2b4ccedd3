namespace Expecto

/// One test, cut out of the tree, with all that the tree says about it.
[<ReferenceEquality>]
type FlatTest =
    { name: string list
      test: TestCode
      state: FocusState
      focusOn: bool
      sequenced: SequenceMethod }

    /// Why the test does not run, if it does not.
    member x.shouldSkipEvaluation =
        match x.focusOn, x.state with
        | _, Pending -> Some "The test or one of its parents is marked as Pending"
        | true, Normal -> Some "The test is skipped because other tests are Focused"
        | true, Focused
        | false, Normal
        | false, Focused -> None

    /// The labels from the root to the test, joined.
    member x.fullName(joinWith: string) = String.concat joinWith x.name

/// Functions on trees of tests.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Test =
    /// What a child's state becomes below a parent of the given state.
    let computeChildFocusState parentState childState =
        match parentState, childState with
        | Pending, _
        | Focused, Pending -> Pending
        | Focused, (Normal | Focused) -> Focused
        | Normal, _ -> childState

    /// Whether at least one test is focused.
    let rec isFocused test =
        match test with
        | TestCase(_, state) -> state = Focused
        | TestList(_, Focused)
        | TestLabel(_, _, Focused) -> true
        | TestList(_, Pending)
        | TestLabel(_, _, Pending) -> false
        | TestList(tests, Normal) -> List.exists isFocused tests
        | TestLabel(_, inner, Normal)
        | Sequenced(_, inner) -> isFocused inner

    /// All tests of the tree in order.
    let toTestCodeList test =
        let focusOn = isFocused test

        let rec walk name parentState sequenced test =
            match test with
            | TestCase(code, state) ->
                [ { name = List.rev name
                    test = code
                    state = computeChildFocusState parentState state
                    focusOn = focusOn
                    sequenced = sequenced } ]
            | TestList(tests, state) ->
                let state = computeChildFocusState parentState state
                List.collect (walk name state sequenced) tests
            | TestLabel(label, inner, state) ->
                walk (label :: name) (computeChildFocusState parentState state) sequenced inner
            | Sequenced(method, inner) -> walk name parentState method inner

        walk [] Normal InParallel test

    /// Applies the new state to the tests of the tree as a child state below their old one.
    let rec translateFocusState newFocusState =
        function
        | TestCase(code, old) -> TestCase(code, computeChildFocusState old newFocusState)
        | TestList(tests, old) -> TestList(tests, computeChildFocusState old newFocusState)
        | TestLabel(label, inner, old) -> TestLabel(label, inner, computeChildFocusState old newFocusState)
        | Sequenced(method, inner) -> Sequenced(method, translateFocusState newFocusState inner)

    /// The tests whose name (a list of labels) satisfies the predicate, as a flat list of labelled tests.
    let filter joiner (pred: string list -> bool) : Test -> Test =
        let relabel (flat: FlatTest) =
            let labelled = TestLabel(flat.fullName joiner, TestCase(flat.test, flat.state), flat.state)

            if flat.sequenced = InParallel then
                labelled
            else
                Sequenced(flat.sequenced, labelled)

        toTestCodeList
        >> List.filter (fun (flat: FlatTest) -> pred flat.name)
        >> List.map relabel
        >> (fun kept -> TestList(kept, Normal))
