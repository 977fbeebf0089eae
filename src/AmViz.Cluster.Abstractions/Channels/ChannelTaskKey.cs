using System.Globalization;

namespace AmViz.Cluster.Abstractions;

/// <summary>Key of a channel task: the only place that builds or parses its text form.</summary>
/// <param name="Sweep">Sweep.</param>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Seed">Seed.</param>
public readonly record struct ChannelTaskKey(SweepId Sweep, string Model, string Layer, int Channel, int Seed)
{
    /// <summary>Key of <paramref name="task"/> in <paramref name="sweep"/>.</summary>
    public static ChannelTaskKey Of(SweepId sweep, ChannelTask task)
        => new(sweep, task.Model, task.Layer, task.Channel, task.Seed);

    /// <summary>Reads <c>sweep/model/layer/channel-sSeed</c>. A layer may have '/' in its name; a network that is planned has none.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ChannelTaskKey Parse(string text)
    {
        var parts = text.Split('/');
        var numbers = parts[^1].Split("-s");
        return parts.Length >= 4 && numbers.Length == 2
            && SweepId.TryParse(parts[0], out var sweep)
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var channel)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? new(sweep, parts[1], string.Join('/', parts[2..^1]), channel, seed)
            : throw new FormatException($"'{text}' is not the key of a channel task. Expected sweep/model/layer/channel-sSeed.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sweep}/{Model}/{Layer}/{Channel}-s{Seed}");
}
