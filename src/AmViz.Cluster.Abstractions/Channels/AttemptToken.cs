using System.Globalization;

namespace AmViz.Cluster.Abstractions;

/// <summary>Identifies one lease for ever: no two activations of a shard share an epoch.</summary>
/// <param name="Epoch">Activation of the shard that granted it.</param>
/// <param name="Number">From 1 inside the epoch.</param>
[GenerateSerializer, Immutable, Alias("amviz.AttemptToken")]
public readonly record struct AttemptToken([property: Id(0)] long Epoch, [property: Id(1)] long Number)
{
    /// <summary>Reads <c>epoch-number</c>.</summary>
    /// <returns>False if the text has another form.</returns>
    public static bool TryParse(string text, out AttemptToken token)
    {
        if (text.Split('-') is [var epoch, var number]
            && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var second))
        {
            token = new(first, second);
            return true;
        }

        token = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Number}");
}
