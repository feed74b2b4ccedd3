/// Laws: properties that FsCheck tries on a hundred drawn values.
module Redshift.Tests.Law

open Expecto
open FsCheck
open FsCheck.FSharp

/// The draws are the same in every run, so that a red test stays red.
let private config =
    Config.QuickThrowOnFailure
        .WithReplay(
            Some
                { Rnd = Rnd(20261121UL, 1UL)
                  Size = None }
        )
        .WithQuietOnSuccess
        true

/// A law for all values that FsCheck draws of the property's own type.
let law (name: string) (property: 'T -> bool) : Test = testCase name (fun () -> Check.One(config, property))

/// A law for all values of a generator.
let lawFor (name: string) (generator: Gen<'T>) (property: 'T -> bool) : Test =
    testCase name (fun () -> Check.One(config, Prop.forAll (Arb.fromGen generator) property))
