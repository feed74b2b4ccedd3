namespace Redshift.Core.Models

open Redshift.Core.Layers

/// Networks that ship: their shapes fit, which a test of every recipe shows.
module internal Built =

    /// The network, or a fault of this library's own.
    let network name input body head : Network =
        match Network.create name input body head with
        | Ok network -> network
        | Error e -> invalidOp $"{name}: {e}"
