namespace Redshift.Core.Catalogues

open System

/// What lies near a place in the sky.
[<Struct>]
type SkyMatch =
    {
        /// The nearest object's index, the lowest of several equally near; -1 where none is within the radius.
        Index: int
        /// Its separation in arcseconds; NaN where there is none.
        Separation: float
        /// How many objects are within the radius.
        Count: int
    }

/// Finds objects by their place in the sky: a k-d tree of unit vectors, so that neither the poles nor right ascension 0
/// are special. `ra` and `dec`: degrees, finite. Immutable, safe for any number of threads.
[<Sealed>]
type SkyIndex(ra: float[], dec: float[]) =
    static let leaf = 8

    static let vector (ra: float) (dec: float) =
        let a, d = ra * Math.PI / 180.0, dec * Math.PI / 180.0
        [| cos d * cos a; cos d * sin a; sin d |]

    /// [3][objects], by index.
    let points =
        let result = Array.init 3 (fun _ -> Array.zeroCreate<float> ra.Length)

        for i in 0 .. ra.Length - 1 do
            let v = vector ra[i] dec[i]

            for axis in 0..2 do
                result[axis][i] <- v[axis]

        result

    /// The objects' indices: a range's middle parts it along `axes` there, what is less or equal before it.
    let order = Array.init ra.Length id
    let axes: byte[] = Array.zeroCreate ra.Length

    let width first last (axis: int) =
        let mutable low = infinity
        let mutable high = -infinity

        for i in first .. last - 1 do
            let x = points[axis][order[i]]
            low <- min low x
            high <- max high x

        high - low

    let rec build first last =
        if last - first > leaf then
            let axis = List.maxBy (width first last) [ 0; 1; 2 ]
            let range = Array.sub order first (last - first)
            let keys = range |> Array.map (fun i -> points[axis][i])
            Array.Sort(keys, range)
            range.CopyTo(order, first)
            let middle = (first + last) / 2
            axes[middle] <- byte axis
            build first middle
            build (middle + 1) last

    do build 0 order.Length

    let squaredChord (v: float[]) i =
        let x, y, z = v[0] - points[0][i], v[1] - points[1][i], v[2] - points[2][i]
        x * x + y * y + z * z

    /// Looks at object `i`.
    let visit (v: float[]) limit (best: byref<int>) (least: byref<float>) (count: byref<int>) i =
        let squared = squaredChord v i

        if squared <= limit then
            count <- count + 1

            if best < 0 || squared < least || (squared = least && i < best) then
                best <- i
                least <- squared

    let rec search (v: float[]) limit (best: byref<int>) (least: byref<float>) (count: byref<int>) first last =
        if last - first <= leaf then
            for i in first .. last - 1 do
                visit v limit &best &least &count order[i]
        else
            let middle = (first + last) / 2
            let axis = int axes[middle]
            let beyond = v[axis] - points[axis][order[middle]]
            visit v limit &best &least &count order[middle]

            if beyond <= 0.0 || beyond * beyond <= limit then
                search v limit &best &least &count first middle

            if beyond >= 0.0 || beyond * beyond <= limit then
                search v limit &best &least &count (middle + 1) last

    /// How many objects there are.
    member _.Count = ra.Length

    /// What lies within `radius` arcseconds (0 to 648,000) of a place in degrees.
    member _.Nearest(ra: float, dec: float, radius: float) : SkyMatch =
        let chord = 2.0 * sin (radius / 3600.0 * Math.PI / 360.0)
        let mutable best = -1
        let mutable least = infinity
        let mutable count = 0
        search (vector ra dec) (chord * chord) &best &least &count 0 order.Length

        { Index = best
          Separation =
            if best < 0 then
                nan
            else
                2.0 * asin (min 1.0 (0.5 * sqrt least)) * 180.0 / Math.PI * 3600.0
          Count = count }
