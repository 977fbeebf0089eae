namespace AmViz.Sweeps;

/// <summary>What else a picture depends on: equal tasks, recipes and environments produce equal pixels.</summary>
/// <remarks>Thread count and batch size choose the kernels of libtorch, which differ in the last bits; many ascent steps amplify that.</remarks>
/// <param name="Backend">Kind of device and library, such as <c>cpu libtorch-2.10.0</c>.</param>
/// <param name="Processor">Processor or GPU, as its vendor names it.</param>
/// <param name="Threads">Threads inside one operation.</param>
/// <param name="BatchSize">Padded batch size.</param>
[GenerateSerializer, Immutable, Alias("amviz.RenderEnvironment")]
public sealed record RenderEnvironment(
    [property: Id(0)] string Backend,
    [property: Id(1)] string Processor,
    [property: Id(2)] int Threads,
    [property: Id(3)] int BatchSize);
