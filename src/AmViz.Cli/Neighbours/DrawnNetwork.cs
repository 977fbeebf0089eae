using AmViz.Cli.Engine;
using AmViz.Models;
using AmViz.Weights;

namespace AmViz.Cli.Neighbours;

/// <summary>The network that pictures were drawn for, which sees them where no other one is named.</summary>
internal static class DrawnNetwork
{
    /// <summary>Opens it.</summary>
    /// <param name="networks">Where it is looked for, by name and digest.</param>
    /// <param name="sweeps">Whose pictures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">There are several, or it is not found.</exception>
    public static async Task<NetworkSource> OpenAsync(OpenedNetworks networks, IReadOnlyList<ChosenSweep> sweeps, CancellationToken cancellationToken)
    {
        (string Model, string WeightsDigest)[] drawn = [.. sweeps.SelectMany(sweep => sweep.Pictures).Select(row => (row.Model, row.WeightsDigest)).Distinct()];
        if (drawn.DistinctBy(network => network.WeightsDigest, StringComparer.Ordinal).Count() > 1)
        {
            throw new UsageException($"The pictures were drawn for {drawn.Length} networks: {string.Join(", ", drawn.Select(network => $"'{network.Model}'"))}. Expected --judge DIR|NAME: one network that sees all of them.");
        }

        // The same weights may be known by one of several names.
        var problem = "";
        foreach (var (model, digest) in drawn)
        {
            try
            {
                return await networks.FindAsync(model, digest, cancellationToken);
            }
            catch (NetworkException e)
            {
                problem = e.Message;
            }
        }

        throw new UsageException($"The network '{drawn[0].Model}', for which the pictures were drawn, is not found by its name. Give --judge DIR: its folder, or another network. {problem}");
    }
}
