namespace AmViz.Responses;

/// <summary>A channel, wherever it is.</summary>
/// <param name="Pass">Id of the pass, or of the sweep; of weights the beginning of their digest.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Channel">From 0.</param>
public sealed record ChannelPlace(string Pass, string Model, string Layer, int Channel);

/// <summary>A channel and its vector, or why it has none.</summary>
/// <param name="Place">The channel.</param>
/// <param name="Vector">Of length 1; null if there is none.</param>
/// <param name="Problem">Why.</param>
public readonly record struct ChannelVector(ChannelPlace Place, float[]? Vector, VectorProblem Problem);

/// <summary>The channels of a pass, a sweep or a network that can be compared, with their vectors.</summary>
/// <param name="Pass">See <see cref="ChannelPlace"/>.</param>
/// <param name="Places">One a vector.</param>
/// <param name="Vectors">Of length 1, all with as many numbers.</param>
/// <param name="Constant">Channels that are left out because they have no direction, see <see cref="VectorProblem.Constant"/>.</param>
/// <param name="NotFinite">Channels that are left out because a number is not finite.</param>
public sealed record PassVectors(string Pass, IReadOnlyList<ChannelPlace> Places, IReadOnlyList<float[]> Vectors, int Constant, int NotFinite)
{
    /// <summary>Makes the vectors of a pass.</summary>
    /// <param name="pass">Id of the pass.</param>
    /// <param name="model">Name of its network.</param>
    /// <param name="layers">Name and sample of each layer.</param>
    /// <param name="photographs">By which channels are compared; each is in every sample.</param>
    public static PassVectors Of(string pass, string model, IEnumerable<(string Name, LayerSample Sample)> layers, IReadOnlyList<ContentDigest> photographs)
        => Of(pass, layers.SelectMany(layer => Responses(pass, model, layer.Name, layer.Sample, photographs)));

    /// <summary>Makes the vectors of channels of their weights.</summary>
    /// <param name="pass">Beginning of the digest of all weights of the network.</param>
    /// <param name="model">Name of the network.</param>
    /// <param name="layers">Name of each layer, and the weights into each of its channels; all over the same inputs.</param>
    public static PassVectors OfWeights(string pass, string model, IEnumerable<(string Name, IReadOnlyList<float[]> Weights)> layers)
        => Of(pass, layers.SelectMany(layer => layer.Weights.Select((row, channel) => new ChannelVector(new(pass, model, layer.Name, channel), UnitVector.Of(row, out var problem), problem))));

    /// <summary>Keeps the channels that have a vector, and counts the others.</summary>
    public static PassVectors Of(string pass, IEnumerable<ChannelVector> channels)
    {
        ChannelVector[] all = [.. channels], compared = [.. all.Where(channel => channel.Vector is not null)];
        return new(
            pass, [.. compared.Select(channel => channel.Place)], [.. compared.Select(channel => channel.Vector!)],
            all.Count(channel => channel.Problem == VectorProblem.Constant), all.Count(channel => channel.Problem == VectorProblem.NotFinite));
    }

    private static IEnumerable<ChannelVector> Responses(string pass, string model, string layer, LayerSample sample, IReadOnlyList<ContentDigest> photographs)
    {
        var columns = Columns(sample, photographs);
        return sample.Channels.Select((responses, channel) =>
            new ChannelVector(new(pass, model, layer, channel), ResponseVector.Of([.. columns.Select(column => responses[column])], out var problem), problem));
    }

    private static int[] Columns(LayerSample sample, IReadOnlyList<ContentDigest> photographs)
    {
        // Equal contents have equal responses but for last bits; the first one counts.
        var columns = new Dictionary<ContentDigest, int>();
        for (var at = 0; at < sample.Photographs.Count; at++)
        {
            columns.TryAdd(sample.Photographs[at], at);
        }

        return [.. photographs.Select(photograph => columns[photograph])];
    }
}
