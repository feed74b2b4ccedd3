namespace Expecto

open LanguagePrimitives

/// Tolerance of a comparison: |a - b| <= absolute + relative * max(|a|, |b|).
type Accuracy<'abs, 'rel> = { absolute: 'abs; relative: 'rel }

/// Tolerance for floats with a unit of measure.
type Accuracy<[<Measure>] 'u> = Accuracy<float<'u>, float>

/// Tolerance for floats.
type Accuracy = Accuracy<1>

/// Tolerance for 32-bit floats with a unit of measure.
type Accuracy32<[<Measure>] 'u> = Accuracy<float32<'u>, float32>

/// Tolerance for 32-bit floats.
type Accuracy32 = Accuracy32<1>

/// Tolerances for floats.
module Accuracy =
    /// The difference that is compared.
    let inline areCloseLhs a b : ^a = abs (a - b)

    /// The difference that is allowed.
    let inline areCloseRhs (m: Accuracy<'a, _>) (a: 'a) (b: 'a) : 'a = m.absolute + m.relative * max (abs a) (abs b)

    /// Whether the difference is allowed; never with a NaN.
    let inline areClose (m: Accuracy<'a, _>) (a: 'a) (b: 'a) : bool = areCloseLhs a b <= areCloseRhs m a b

    /// Absolute 1e-6, relative 1e-3.
    let low<[<Measure>] 'u> : Accuracy<'u> =
        { absolute = FloatWithMeasure 1e-6
          relative = 1e-3 }

    /// Absolute 1e-8, relative 1e-5.
    let medium<[<Measure>] 'u> : Accuracy<'u> =
        { absolute = FloatWithMeasure 1e-8
          relative = 1e-5 }

    /// Absolute 1e-10, relative 1e-7.
    let high<[<Measure>] 'u> : Accuracy<'u> =
        { absolute = FloatWithMeasure 1e-10
          relative = 1e-7 }

    /// Absolute 1e-12, relative 1e-9.
    let veryHigh<[<Measure>] 'u> : Accuracy<'u> =
        { absolute = FloatWithMeasure 1e-12
          relative = 1e-9 }

/// Tolerances for 32-bit floats.
module Accuracy32 =
    /// Absolute 1e-6, relative 1e-3.
    let low<[<Measure>] 'u> : Accuracy32<'u> =
        { absolute = Float32WithMeasure 1e-6f
          relative = 1e-3f }

    /// Absolute 1e-8, relative 1e-5.
    let medium<[<Measure>] 'u> : Accuracy32<'u> =
        { absolute = Float32WithMeasure 1e-8f
          relative = 1e-5f }

    /// Absolute 1e-10, relative 1e-7.
    let high<[<Measure>] 'u> : Accuracy32<'u> =
        { absolute = Float32WithMeasure 1e-10f
          relative = 1e-7f }
