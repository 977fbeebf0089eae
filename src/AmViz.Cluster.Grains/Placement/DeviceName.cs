using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>Name of a device in the cluster, such as <c>127.0.0.1:11111@1/cpu#0</c>. The only place that builds or parses its text form.</summary>
/// <param name="Silo">Its silo, in this life of it.</param>
/// <param name="Device">Device of the silo, such as <c>cpu#0</c>.</param>
internal readonly record struct DeviceName(SiloAddress Silo, string Device)
{
    /// <summary>The silo of a device.</summary>
    /// <returns>False if the text is no such name.</returns>
    public static bool TryParseSilo(string text, [NotNullWhen(true)] out SiloAddress? silo)
    {
        var end = text.IndexOf('/', StringComparison.Ordinal);
        silo = null;
        try
        {
            silo = end > 0 ? SiloAddress.FromParsableString(text[..end]) : null;
        }
        catch (FormatException)
        {
            // Tests and clients of another kind may name themselves as they like.
        }

        return silo is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Silo.ToParsableString()}/{Device}";
}
