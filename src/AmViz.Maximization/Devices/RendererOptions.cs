namespace AmViz.Maximization;

/// <summary>How a device is used. Changes speed, and the last bits of a picture, but nothing that its recipe says.</summary>
public sealed record RendererOptions
{
    /// <summary><c>cpu</c>, <c>cuda:0</c>, or <c>auto</c>: the first GPU, otherwise the CPU. Default: <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads inside one operation, at least 1. Default: 1, since several workers of one thread beat one worker of several.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Images drawn at once; null: 1 on a CPU, where a batch gains nothing, and 32 on a GPU.</summary>
    public int? BatchSize { get; init; }
}
