namespace AmViz.Responses;

/// <summary>A channel, wherever it is.</summary>
/// <param name="Pass">Id of the pass.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Channel">From 0.</param>
public sealed record ChannelPlace(string Pass, string Model, string Layer, int Channel);

/// <summary>The channels of a pass that can be compared, with their vectors.</summary>
/// <param name="Pass">Id of the pass.</param>
/// <param name="Model">Name of its network.</param>
/// <param name="Places">One a vector.</param>
/// <param name="Vectors">As <see cref="ResponseVector.Of"/> makes them; as many numbers each as there are photographs.</param>
/// <param name="Constant">Channels that are left out because they respond to all photographs alike.</param>
/// <param name="NotFinite">Channels that are left out because a response is no finite number.</param>
public sealed record PassVectors(string Pass, string Model, IReadOnlyList<ChannelPlace> Places, IReadOnlyList<float[]> Vectors, int Constant, int NotFinite)
{
    /// <summary>Makes the vectors of a pass.</summary>
    /// <param name="pass">Id of the pass.</param>
    /// <param name="model">Name of its network.</param>
    /// <param name="layers">Name and sample of each layer.</param>
    /// <param name="photographs">By which channels are compared; each is in every sample.</param>
    public static PassVectors Of(string pass, string model, IEnumerable<(string Name, LayerSample Sample)> layers, IReadOnlyList<ContentDigest> photographs)
    {
        var (places, vectors, problems) = (new List<ChannelPlace>(), new List<float[]>(), new List<VectorProblem>());
        foreach (var (name, sample) in layers)
        {
            var columns = Columns(sample, photographs);
            for (var channel = 0; channel < sample.Channels.Count; channel++)
            {
                var responses = sample.Channels[channel];
                if (ResponseVector.Of([.. columns.Select(column => responses[column])], out var problem) is { } vector)
                {
                    places.Add(new(pass, model, name, channel));
                    vectors.Add(vector);
                }

                problems.Add(problem);
            }
        }

        return new(pass, model, places, vectors, problems.Count(problem => problem == VectorProblem.Constant), problems.Count(problem => problem == VectorProblem.NotFinite));
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
