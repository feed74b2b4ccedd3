namespace Redshift.Core.Layers

/// How a kernel's numbers are drawn before training; biases start at zero. `fan in` and `fan out` are the inputs and
/// outputs of one position (kernel x channels for a convolution).
[<RequireQualifiedAccess>]
type Initialiser =
    /// Uniform in +-sqrt(6 / (fan in + fan out)): Glorot & Bengio 2010, Keras's default.
    | GlorotUniform
    /// Uniform in +-sqrt(6 / fan in): He et al. 2015 (doi:10.1109/ICCV.2015.123), for ReLU.
    | HeUniform
    /// Normal of width sqrt(2 / fan in): He et al. 2015.
    | HeNormal

/// An element-wise function, softmax apart, which normalises over an object's features (or a position's channels).
[<RequireQualifiedAccess>]
type ActivationKind =
    | Linear
    | Relu
    | Sigmoid
    | Tanh
    | Softmax
    /// x Phi(x), the exact form by the error function (Hendrycks & Gimpel 2016, arXiv:1606.08415).
    | Gelu
    /// log(1 + exp x).
    | Softplus

/// Fully connected: y = x W + b. Input `features [n]`, output `features [units]`. Kernel [n, units].
type Dense =
    { Units: int
      Bias: bool
      Initialiser: Initialiser }

/// Cross-correlation along a signal. Input `signal [channels x length]`, output `signal [filters x windows]`.
/// Kernel [kernel, channels, filters]. `Padding` zeros are put at both ends.
type Conv1d =
    { Filters: int
      Kernel: int
      Stride: int
      Padding: int
      Bias: bool
      Initialiser: Initialiser }

/// A window along a signal; positions that do not fill a window are dropped.
type Pool1d = { Size: int; Stride: int }

/// Element-wise; shape kept.
type Activation = { Kind: ActivationKind }

/// Sets each value to zero with probability `Rate` in training and divides the rest by 1 - Rate; nothing when predicting.
type Dropout = { Rate: float }

/// Normalises each channel over the batch in training and by running averages when predicting (Ioffe & Szegedy 2015,
/// arXiv:1502.03167): gain (x - mean) / sqrt(variance + epsilon) + offset. As Keras, average = momentum average +
/// (1 - momentum) batch, and variances have the divisor n. The averages are weights that no gradient moves; they are stored
/// with the others. A batch with a single value a channel is normalised by the averages and leaves them as they are.
type BatchNorm = { Momentum: float; Epsilon: float }

/// Normalises each object over its features, or each position over its channels (Ba et al. 2016, arXiv:1607.06450).
type LayerNorm = { Epsilon: float }

/// Graph attention on a complete graph with self loops (Velickovic et al. 2018, arXiv:1710.10903, eqs. 1-6).
/// Input `graph [nodes x features]`, output `graph [nodes x heads*units]` (heads concatenated).
type GraphAttention =
    { Heads: int; Units: int; Slope: float }

/// One layer, or several in a row. Layers hold no weights: a model is a value that says what it is.
[<RequireQualifiedAccess>]
type Layer =
    | Dense of Dense
    | Conv1d of Conv1d
    | MaxPool1d of Pool1d
    | AvgPool1d of Pool1d
    | Activation of Activation
    | Dropout of Dropout
    | BatchNorm of BatchNorm
    | LayerNorm of LayerNorm
    /// `signal [c x l]` or `graph [n x f]` to `features`, in memory order: position by position, channels fastest.
    | Flatten
    | GraphAttention of GraphAttention
    /// Tells the nodes apart: each node's features, then its index as n numbers, 1 at its own place and 0 elsewhere:
    /// `graph [n x f]` to `graph [n x (f + n)]`. Without weights; the kernel of the attention that follows turns the index
    /// into a learnt vector for each node, the embedding that a table of weights would be.
    | GraphIdentity
    /// The mean over the nodes: `graph [n x f]` to `features [f]`.
    | GraphMean
    /// x + inner(x); `inner` must keep the shape.
    | Residual of inner: Layer
    /// Layers in a row, made by `-->` and by `Layer.ofList` alone.
    | Sequence of Chain

/// Layers in a row in normal form: none of them a sequence itself, and never exactly one, so that composition is
/// associative and the empty chain its identity under plain equality.
and [<Struct>] Chain =
    private
    | Chain of Layer list

    /// The layers, first to last.
    member this.Layers = let (Chain layers) = this in layers

/// Composing layers.
[<RequireQualifiedAccess>]
module Layer =

    /// The layers in a row that a layer stands for; one itself, unless it is a sequence.
    let toList (layer: Layer) : Layer list =
        match layer with
        | Layer.Sequence chain -> chain.Layers
        | Layer.Dense _
        | Layer.Conv1d _
        | Layer.MaxPool1d _
        | Layer.AvgPool1d _
        | Layer.Activation _
        | Layer.Dropout _
        | Layer.BatchNorm _
        | Layer.LayerNorm _
        | Layer.Flatten
        | Layer.GraphAttention _
        | Layer.GraphIdentity
        | Layer.GraphMean
        | Layer.Residual _ -> [ layer ]

    /// The layers of a list in a row. One layer is itself; none is `identity`.
    let ofList (layers: Layer list) : Layer =
        match layers |> List.collect toList with
        | [ single ] -> single
        | several -> Layer.Sequence(Chain several)

    /// Changes nothing: the empty sequence.
    let identity = ofList []

    /// First one layer, then another.
    let compose (first: Layer) (second: Layer) : Layer = ofList (toList first @ toList second)

type Layer with

    /// This layer, then another: `-->` for C#.
    member this.Then(next: Layer) : Layer = Layer.compose this next

/// The vocabulary in which models are written: `conv1d 256 5 --> relu --> maxPool1d 2 --> flatten --> dense 1`.
[<AutoOpen>]
module LayerSyntax =

    /// First the left layer, then the right one. Associative; `Layer.identity` changes nothing.
    let (-->) (first: Layer) (second: Layer) : Layer = Layer.compose first second

    /// Fully connected with bias, Glorot-uniform.
    let dense (units: int) =
        Layer.Dense
            { Units = units
              Bias = true
              Initialiser = Initialiser.GlorotUniform }

    /// Convolution over `kernel` positions, stride 1, no padding, with bias, Glorot-uniform.
    let conv1d (filters: int) (kernel: int) =
        Layer.Conv1d
            { Filters = filters
              Kernel = kernel
              Stride = 1
              Padding = 0
              Bias = true
              Initialiser = Initialiser.GlorotUniform }

    /// As `conv1d`, with zeros at both ends.
    let conv1dPadded (filters: int) (kernel: int) (padding: int) =
        Layer.Conv1d
            { Filters = filters
              Kernel = kernel
              Stride = 1
              Padding = padding
              Bias = true
              Initialiser = Initialiser.GlorotUniform }

    /// The largest of each `size` positions, windows side by side.
    let maxPool1d (size: int) = Layer.MaxPool1d { Size = size; Stride = size }

    /// The mean of each `size` positions, windows side by side.
    let avgPool1d (size: int) = Layer.AvgPool1d { Size = size; Stride = size }

    let linear = Layer.Activation { Kind = ActivationKind.Linear }
    let relu = Layer.Activation { Kind = ActivationKind.Relu }
    let sigmoid = Layer.Activation { Kind = ActivationKind.Sigmoid }
    let tanh = Layer.Activation { Kind = ActivationKind.Tanh }
    let softmax = Layer.Activation { Kind = ActivationKind.Softmax }
    let gelu = Layer.Activation { Kind = ActivationKind.Gelu }
    let softplus = Layer.Activation { Kind = ActivationKind.Softplus }

    /// Drops values with probability `rate`, in training alone.
    let dropout (rate: float) = Layer.Dropout { Rate = rate }

    /// Momentum 0.99 and epsilon 1e-3, as Keras.
    let batchNorm = Layer.BatchNorm { Momentum = 0.99; Epsilon = 1e-3 }

    /// Epsilon 1e-3, as Keras.
    let layerNorm = Layer.LayerNorm { Epsilon = 1e-3 }
    let flatten = Layer.Flatten

    /// `heads` attention heads of `units` each, LeakyReLU slope 0.2.
    let graphAttention (heads: int) (units: int) =
        Layer.GraphAttention
            { Heads = heads
              Units = units
              Slope = 0.2 }

    let graphIdentity = Layer.GraphIdentity
    let graphMean = Layer.GraphMean

    /// x + inner(x).
    let residual (inner: Layer) = Layer.Residual inner
