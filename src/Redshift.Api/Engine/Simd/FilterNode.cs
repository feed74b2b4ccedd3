namespace Redshift.Engine.Simd;

/// <summary>A wide convolution by minimal filtering: the signal's tiles to 8 points; at each point one matrix product
/// over all objects' tiles; back to positions, then ReLU and pooling while the result is in the cache.</summary>
internal sealed unsafe class FilterNode : Node
{
    private readonly ConvPlan plan;
    private readonly FilterPlan layout;
    private readonly float* zeros; // a position outside the signal
    private readonly float* sums; // before ReLU and pooling: [objects x windows x filters], or of one object
    private readonly int sumsStep;
    private readonly Action<int> transform;
    private readonly Action<int> multiply;
    private readonly FilterGradient? gradient;
    private int group;

    public FilterNode(ConvPlan plan, in NodePlace place)
        : base(place)
    {
        this.plan = plan;
        layout = Own(new FilterPlan(plan, place));
        zeros = Allocate(plan.Channels);
        var (size, pooled) = (plan.Windows * plan.Filters, plan.Pooled * plan.Filters);
        Output = Allocate((long)place.Capacity * pooled);
        // With pooling, predicting takes one object after the other and reuses the sums.
        sumsStep = plan.Pool is null || place.Training ? size : 0;
        sums = plan.Pool is null ? Output : Allocate(Math.Max(size, (long)place.Capacity * sumsStep));
        (transform, multiply) = (Transform, Multiply);
        if (!place.Training)
            return;
        OutputGradient = Allocate((long)place.Capacity * pooled);
        gradient = Own(new FilterGradient(plan, layout, place, sums, OutputGradient));
    }

    protected override void Forward(Team team, ulong key)
    {
        // Predicting many, all tasks share their room: one at a time.
        var workers = layout.Shared ? Team.Alone : team;
        group = layout.GroupSize(Count, plan.Filters, workers);
        workers.Run(Count, transform);
        workers.Run((Count + group - 1) / group * plan.Filtered.Forward.Count, multiply);
    }

    public override void Backward(Team team) => gradient!.Run(team, Count);

    /// <summary>One object's tiles to the points.</summary>
    private void Transform(int i)
    {
        var x = Input + (nint)i * plan.Length * plan.Channels;
        var target = layout.Signal + (nint)i * layout.Tiles * plan.Channels;
        var rows = stackalloc float*[MinimalFiltering.Points];
        for (var t = 0; t < layout.Tiles; t++, target += plan.Channels)
        {
            for (var j = 0; j < MinimalFiltering.Points; j++)
            {
                var at = t * layout.Results - plan.Padding + j;
                rows[j] = at >= 0 && at < plan.Length ? x + (nint)at * plan.Channels : zeros;
            }

            FilterTransforms.Input(rows, plan.Channels, target, layout.SignalStep);
        }
    }

    /// <summary>One panel of filters of a group of objects.</summary>
    private void Multiply(int task)
    {
        var (number, panel) = Math.DivRem(task, plan.Filtered.Forward.Count);
        var first = number * group;
        var last = Math.Min(first + group, Count);
        var (width, row) = (Kernels.PanelColumns, first * layout.Tiles);
        var room = layout.Room(panel, row);
        for (var p = 0; p < MinimalFiltering.Points; p++)
        {
            var product = new PointProduct
            {
                A = layout.Signal + p * layout.SignalStep + (nint)row * plan.Channels,
                RowStep = plan.Channels,
                Groups = plan.Channels / width,
                GroupStep = width,
                Rows = (last - first) * layout.Tiles,
                B = plan.Filtered.Forward[panel] + p * plan.Filtered.ForwardStep,
                C = room + p * layout.PointStep,
                CStep = width,
            };
            product.Run();
        }

        for (var i = first; i < last; i++)
            Finish(i, panel, room + (nint)(i - first) * layout.Tiles * width);
    }

    /// <summary>One panel of one object back to positions.</summary>
    private void Finish(int i, int panel, float* room)
    {
        var (width, column) = (Kernels.PanelColumns, panel * Kernels.PanelColumns);
        var z = sums + (nint)i * sumsStep;
        var bias = plan.Filtered.BiasOrZeros + column;
        for (var t = 0; t < layout.Tiles; t++, room += width)
        {
            var at = t * layout.Results;
            var results = Math.Min(layout.Results, plan.Windows - at);
            var to = z + (nint)at * plan.Filters + column;
            FilterTransforms.Output(
                room, layout.PointStep, width, bias, to, plan.Filters, results, layout.Results);
        }

        plan.Finish(z, Output + (nint)i * plan.Pooled * plan.Filters, column, width);
    }
}
