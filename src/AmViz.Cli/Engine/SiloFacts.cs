using System.Globalization;
using AmViz.Cluster.Grains;

namespace AmViz.Cli.Engine;

/// <summary>What a silo announces of its devices; see <see cref="SiloRoles"/>.</summary>
internal static class SiloFacts
{
    /// <summary>Facts at the start of the silo.</summary>
    /// <param name="renderers">Its devices.</param>
    /// <param name="networks">The networks that it holds.</param>
    /// <param name="pool">Pool of its devices.</param>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<IChannelRenderer> renderers, OpenedNetworks networks, string pool)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SiloRoles.Networks] = string.Join(',', networks.Local.Select(source => source.Description.WeightsDigest).Distinct(StringComparer.Ordinal)),
            [SiloRoles.Pool] = pool,
        };
        if (renderers.Count > 0)
        {
            facts[SiloRoles.DeviceKind] = renderers[0].Device.Split(':')[0];
        }

        // Torch does not report how much memory a GPU has.
        if (renderers.Count > 0 && facts[SiloRoles.DeviceKind] == "cpu")
        {
            facts[SiloRoles.DeviceMemory] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes.ToString(CultureInfo.InvariantCulture);
        }

        return facts;
    }
}
