namespace AmViz.Responses.Tests;

/// <summary>A pass of one layer over photographs whose responses a test makes up.</summary>
internal static class TestPass
{
    public const int Channels = 3;

    public static readonly string[] Labels = ["ant", "bee"];

    public static ResponsePlan Plan(int photographs, int shardSize) => new(
        "net", "f00d", 32, [new("conv", Channels, 4, 4, 0, IsTokens: false, [])], new(PhotographKind.Files, photographs, Labels, "d1"), shardSize, Batch: 4);

    /// <summary>A photograph; every tenth content comes twice.</summary>
    public static Photograph Photograph(int number) => new(
        number, ContentDigest.Of(BitConverter.GetBytes(number % 10 == 9 ? number - 9 : number)), $"photo {number}", (number % 3) - 1, 64, 48);

    /// <summary>A response with many ties, zeros, both signs and now and then no number; the same for the same content.</summary>
    public static float Response(int number, int channel)
    {
        var random = new Random((((number % 10 == 9 ? number - 9 : number) * 31) + channel) * 17);
        return channel switch
        {
            0 => random.Next(4) == 0 ? 0 : (float)(Math.Exp((8 * random.NextDouble()) - 4) * (random.Next(2) == 0 ? -1 : 1)),
            1 => random.Next(5),
            _ => random.Next(20) == 0 ? float.NaN : (float)random.NextDouble() + (number % 3 == 2 ? 0.5f : 0),
        };
    }

    public static LayerResponses Responses(IReadOnlyList<int> numbers)
    {
        var batch = LayerResponses.Empty(numbers.Count, Channels);
        for (var n = 0; n < numbers.Count; n++)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                var at = (n * Channels) + channel;
                batch.Peaks[at] = batch.Means[at] = Response(numbers[n], channel);
                (batch.Strongest[at], batch.Weakest[at]) = (numbers[n] % 10 == 9 ? (numbers[n] - 9) % 16 : numbers[n] % 16, 15 - (numbers[n] % 16));
            }
        }

        return batch;
    }

    /// <summary>A shard, batch by batch; photographs for which <paramref name="unreadable"/> holds cannot be read.</summary>
    public static ShardStatistics Shard(ResponsePlan plan, int index, Predicate<int>? unreadable = null)
    {
        var shard = plan.Shard(index);
        var builder = new ShardBuilder(plan, shard, "test", ResponseSample.Of(plan.Photographs.Count).ToHashSet());
        foreach (var batch in Enumerable.Range((int)shard.First, shard.Count).Chunk(plan.Batch))
        {
            int[] shown = [.. batch.Where(number => unreadable?.Invoke(number) != true)];
            builder.Add([.. shown.Select(Photograph)], [Responses(shown)]);
            foreach (var number in batch.Except(shown))
            {
                builder.Add(new UnreadablePhotograph(number, $"photo {number}", "torn"));
            }
        }

        return builder.Finish();
    }

    /// <summary>All rows of all tables, as text.</summary>
    public static string Tables(PassStatistics pass)
    {
        var report = new LayerReport(pass, 0);
        return string.Join('\n', report.Channels().Select(row => $"{row with { Quantiles = [] }} {string.Join(' ', row.Quantiles)}")
            .Concat(report.Examples().Select(row => row.ToString())).Concat(report.Labels().Select(row => row.ToString())).Concat(report.Coactivations().Select(row => row.ToString())));
    }

    public static PassStatistics Merged(ResponsePlan plan, IEnumerable<ShardStatistics> shards)
    {
        var pass = new PassStatistics(plan);
        foreach (var shard in shards)
        {
            pass.Add(shard);
        }

        return pass;
    }
}
