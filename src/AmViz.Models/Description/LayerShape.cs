namespace AmViz.Models;

/// <summary>Rows and columns of a layer.</summary>
/// <param name="Height">Rows; the number of tokens where there are tokens.</param>
/// <param name="Width">Columns.</param>
public readonly record struct LayerExtent(int Height, int Width)
{
    /// <summary>A single position, as logits have.</summary>
    public static LayerExtent One { get; } = new(1, 1);

    /// <summary>One position for every <paramref name="pixels"/> pixels, rounded up as TensorFlow's SAME padding does.</summary>
    public static Func<int, LayerExtent> Reduced(int pixels) => size => new((size + pixels - 1) / pixels, (size + pixels - 1) / pixels);
}

/// <summary>A layer before the picture size is known.</summary>
/// <param name="Name">As the original framework reports it.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="ChannelCount">Number of channels.</param>
/// <param name="Extent">From the side of square pictures, in pixels, to rows and columns.</param>
/// <param name="IsDefaultTap">See <see cref="LayerInfo.IsDefaultTap"/>.</param>
public sealed record LayerShape(string Name, LayerKind Kind, int ChannelCount, Func<int, LayerExtent> Extent, bool IsDefaultTap)
{
    /// <summary>See <see cref="LayerInfo.PrefixTokens"/>.</summary>
    public int PrefixTokens { get; init; }

    /// <summary>See <see cref="LayerInfo.Registers"/>.</summary>
    public int Registers { get; init; }

    /// <summary>The layer for square pictures.</summary>
    public LayerInfo At(int size)
    {
        var extent = Extent(size);
        return new LayerInfo(Name, Kind, ChannelCount, extent.Height, extent.Width) { IsDefaultTap = IsDefaultTap, PrefixTokens = PrefixTokens, Registers = Registers };
    }
}
