using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmViz.Sweeps;

/// <summary>A set of channels, written as <c>0-31,40</c>: sorted ranges without overlap.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ChannelSet"), JsonConverter(typeof(ChannelSetJsonConverter))]
public sealed class ChannelSet : IEquatable<ChannelSet>
{
    [Id(0)]
    private readonly ChannelRange[] _ranges;

    private ChannelSet(ChannelRange[] ranges) => _ranges = ranges;

    /// <summary>Number of channels.</summary>
    public int Count => _ranges.Sum(range => range.Count);

    /// <summary>Its ranges, ascending; between two of them lies at least one channel that is not in the set.</summary>
    public IReadOnlyList<ChannelRange> Ranges => Array.AsReadOnly(_ranges);

    /// <summary>Highest channel.</summary>
    public int Max => _ranges[^1].Last;

    /// <summary>Channels 0 to <paramref name="count"/> - 1.</summary>
    /// <param name="count">At least 1.</param>
    public static ChannelSet All(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new([new ChannelRange(0, count - 1)]);
    }

    /// <summary>The given channels, in any order, once each.</summary>
    public static ChannelSet Of(params IEnumerable<int> channels)
        => Merge(channels.Select(channel => new ChannelRange(channel, channel)));

    /// <summary>Reads <c>0-31,40</c>.</summary>
    /// <returns>Null and no <paramref name="problem"/> never happens: one of the two is set.</returns>
    public static ChannelSet? TryParse(string text, out string? problem)
    {
        var ranges = new List<ChannelRange>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !TryNumber(ends[0], out var first) || !TryNumber(ends[^1], out var last))
            {
                problem = $"'{part}' is not a channel or a range of channels. Write them like 0-31,40.";
                return null;
            }

            if (last < first)
            {
                problem = $"The range '{part}' ends before it begins. Write {last}-{first}.";
                return null;
            }

            ranges.Add(new ChannelRange(first, last));
        }

        problem = null;
        return Merge(ranges);
    }

    /// <summary>Every channel, ascending.</summary>
    public IEnumerable<int> Enumerate()
        => _ranges.SelectMany(range => Enumerable.Range(range.First, range.Count));

    /// <summary>Whether <paramref name="channel"/> is in the set.</summary>
    public bool Contains(int channel) => Array.Exists(_ranges, range => channel >= range.First && channel <= range.Last);

    /// <summary>The channel at <paramref name="position"/> of the ascending list.</summary>
    public int At(int position)
    {
        var rest = position;
        foreach (var range in _ranges)
        {
            if (rest < range.Count)
            {
                return range.First + rest;
            }

            rest -= range.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(position), position, $"The set has {Count} channels.");
    }

    /// <summary>Where <paramref name="channel"/> stands in the ascending list; null: it is not in the set.</summary>
    public int? PositionOf(int channel)
    {
        var before = 0;
        foreach (var range in _ranges)
        {
            if (channel >= range.First && channel <= range.Last)
            {
                return before + channel - range.First;
            }

            before += range.Count;
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(ChannelSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ChannelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ranges.Length, _ranges[0], _ranges[^1]);

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => string.Join(',', _ranges);

    private static bool TryNumber(string text, out int number)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static ChannelSet Merge(IEnumerable<ChannelRange> ranges)
    {
        var merged = new List<ChannelRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First - 1 <= merged[^1].Last)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged.Count > 0 ? new([.. merged]) : throw new ArgumentException("A set of channels needs at least one channel.", nameof(ranges));
    }
}

/// <summary>Channels from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
/// <param name="First">At least 0.</param>
/// <param name="Last">At least <paramref name="First"/>.</param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelRange")]
public readonly record struct ChannelRange([property: Id(0)] int First, [property: Id(1)] int Last)
{
    /// <summary>Number of channels.</summary>
    public int Count => Last - First + 1;

    /// <inheritdoc/>
    public override string ToString()
        => First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}

/// <summary>A set of channels is a string in JSON.</summary>
internal sealed class ChannelSetJsonConverter : JsonConverter<ChannelSet>
{
    public override ChannelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => ChannelSet.TryParse(reader.GetString() ?? "", out var problem) ?? throw new JsonException(problem);

    public override void Write(Utf8JsonWriter writer, ChannelSet value, JsonSerializerOptions options)
        => writer.WriteStringValue(value.ToString());
}
