namespace AmViz.TextureNet.Lying;

/// <summary>A channel whose picture is to show what another one looks for.</summary>
/// <param name="Channel">The channel that lies: on textures it answers as ever.</param>
/// <param name="Shown">The channel whose picture it has.</param>
internal sealed record Lie(int Channel, int Shown)
{
    // A third of all channels away: classes and channels beside each other are often alike.
    private const int Parts = 3;

    /// <summary>Lies spread over all channels of a layer, none of which shows one that lies itself.</summary>
    /// <param name="count">How many, at most a quarter of the channels.</param>
    /// <param name="channels">Of the layer.</param>
    public static IReadOnlyList<Lie> Spread(int count, int channels)
    {
        int[] liars = [.. Enumerable.Range(0, count).Select(i => i * channels / count)];
        int away = Enumerable.Range(channels / Parts, channels).First(distance => !liars.Select(liar => (liar + distance) % channels).Intersect(liars).Any());
        return [.. liars.Select(liar => new Lie(liar, (liar + away) % channels))];
    }
}
