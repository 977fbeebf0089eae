using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace AmViz.Sweeps;

/// <summary>The closed range of a recipe's number, or of the length of a list: declared once, where the number is.</summary>
/// <param name="min">Smallest value that is allowed.</param>
/// <param name="max">Largest value that is allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(double min, double max) : Attribute
{
    /// <summary>Smallest value that is allowed.</summary>
    public double Min => min;

    /// <summary>Largest value that is allowed.</summary>
    public double Max => max;

    /// <summary>What 0 stands for where it lies below <see cref="Min"/>; null: 0 is refused there.</summary>
    public string? ZeroMeans { get; init; }

    /// <summary>The bounds that a property declares; null: none.</summary>
    public static BoundsAttribute? Of(JsonPropertyInfo property)
        => (BoundsAttribute?)property.AttributeProvider?.GetCustomAttributes(typeof(BoundsAttribute), inherit: false).SingleOrDefault();

    /// <summary>The bounds of the property of <typeparamref name="T"/> that is called <paramref name="property"/>.</summary>
    /// <exception cref="ArgumentException">It declares none.</exception>
    public static BoundsAttribute Of<T>(string property)
        => typeof(T).GetProperty(property)?.GetCustomAttribute<BoundsAttribute>() ?? throw new ArgumentException($"{typeof(T)}.{property} declares no bounds.", nameof(property));

    /// <summary>Whether <paramref name="value"/> is allowed; NaN never is.</summary>
    public bool Allow(double value) => (value >= Min && value <= Max) || (value == 0 && ZeroMeans is not null);

    /// <summary>For people, such as <c>8 to 4096, or 0 for the network's own input size</c>.</summary>
    public override string ToString()
        => (Min == Max ? FormattableString.Invariant($"{Min}") : FormattableString.Invariant($"{Min} to {Max}")) + (ZeroMeans is null ? "" : $", or 0 for {ZeroMeans}");
}
