namespace AmViz.Responses;

/// <summary>What a layer makes of pictures: the response of every channel, in deviations from its mean over the sampled photographs of a pass.</summary>
/// <remarks>In deviations, because channels differ in scale, and the loud ones would speak for all.</remarks>
public sealed class LayerProfiles
{
    private readonly LayerSample _sample;
    private readonly int[] _photographs;
    private readonly (double Mean, double Deviation)[] _channels;
    private readonly int[] _telling;
    private readonly float[][] _profiles;

    /// <summary>Profiles of the photographs of a sample; those with a response that is no finite number are left out.</summary>
    public LayerProfiles(LayerSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        _sample = sample;
        _photographs = [.. Enumerable.Range(0, sample.Photographs.Count).Where(at => sample.Channels.All(channel => float.IsFinite(channel[at])))];
        _channels = [.. sample.Channels.Select(channel => Moments([.. _photographs.Select(at => (double)channel[at])]))];
        _telling = [.. Enumerable.Range(0, _channels.Length).Where(channel => !IsConstant(channel))];
        _profiles = [.. _photographs.Select(at => Of([.. sample.Channels.Select(channel => channel[at])]))];
    }

    /// <summary>Photographs that have a profile; they are counted from 0.</summary>
    public int Count => _profiles.Length;

    /// <summary>Whether a channel responds to all photographs alike: nothing can be said of it.</summary>
    public bool IsConstant(int channel) => _channels[channel].Deviation == 0;

    /// <summary>The profile of a picture.</summary>
    /// <param name="responses">Of each channel, finite.</param>
    /// <returns>One number a channel; 0 for channels that are constant.</returns>
    public float[] Of(IReadOnlyList<float> responses)
        => [.. _channels.Select((channel, i) => channel.Deviation == 0 ? 0 : (float)((responses[i] - channel.Mean) / channel.Deviation))];

    /// <summary>How alike a profile and that of a photograph are: Pearson's correlation over all channels but one.</summary>
    /// <param name="profile">As <see cref="Of"/> makes it.</param>
    /// <param name="photograph">Which photograph.</param>
    /// <param name="leftOut">The channel that is asked about, whose own response must not answer.</param>
    /// <returns>-1 to 1; 0 where one of both says the same of all channels.</returns>
    public double Likeness(float[] profile, int photograph, int leftOut) => Likeness(profile, _profiles[photograph], leftOut);

    /// <summary>How alike two profiles are, in the same way.</summary>
    /// <param name="profile">As <see cref="Of"/> makes it.</param>
    /// <param name="other">Another one.</param>
    /// <param name="leftOut">The channel that is asked about.</param>
    public double Likeness(float[] profile, float[] other, int leftOut)
    {
        var (count, sum, otherSum, product, square, otherSquare) = (0, 0d, 0d, 0d, 0d, 0d);
        foreach (var channel in _telling)
        {
            if (channel != leftOut)
            {
                double here = profile[channel], there = other[channel];
                count++;
                (sum, otherSum) = (sum + here, otherSum + there);
                (product, square, otherSquare) = (product + (here * there), square + (here * here), otherSquare + (there * there));
            }
        }

        var (scatter, otherScatter) = (square - (sum * sum / count), otherSquare - (otherSum * otherSum / count));
        return count > 1 && scatter > 0 && otherScatter > 0 ? (product - (sum * otherSum / count)) / Math.Sqrt(scatter * otherScatter) : 0;
    }

    /// <summary>What some photographs have in common: the mean of their profiles, each brought to mean 0 and length 1, so that <see cref="Along"/> is the mean likeness to them.</summary>
    /// <param name="photographs">Which.</param>
    /// <param name="leftOut">The channel that is asked about.</param>
    /// <returns>One number a channel; 0 for channels that do not count.</returns>
    public double[] Direction(IReadOnlyList<int> photographs, int leftOut)
    {
        var direction = new double[_channels.Length];
        foreach (var profile in photographs.Select(photograph => _profiles[photograph]))
        {
            var (mean, length) = MeanAndLength(profile, leftOut);
            foreach (var channel in Counted(leftOut))
            {
                direction[channel] += length > 0 ? (profile[channel] - mean) / length / photographs.Count : 0;
            }
        }

        return direction;
    }

    /// <summary>Mean likeness of a profile to the photographs of a direction; of a difference of directions, the difference.</summary>
    /// <param name="profile">As <see cref="Of"/> makes it.</param>
    /// <param name="direction">See <see cref="Direction"/>.</param>
    /// <param name="leftOut">The same channel.</param>
    /// <returns>0 where the profile says the same of all channels.</returns>
    public double Along(float[] profile, double[] direction, int leftOut)
    {
        var (_, length) = MeanAndLength(profile, leftOut);
        return length > 0 ? Counted(leftOut).Sum(channel => profile[channel] * direction[channel]) / length : 0;
    }

    /// <summary>The profile of a photograph.</summary>
    public float[] OfPhotograph(int photograph) => _profiles[photograph];

    /// <summary>The photographs that excite a channel most, and those that excite it least; equal responses in the order of the sample.</summary>
    public (int[] Strongest, int[] Weakest) Extremes(int channel, int count)
    {
        int[] ranked = [.. Enumerable.Range(0, Count).OrderByDescending(photograph => _sample.Channels[channel][_photographs[photograph]])];
        return (ranked[..Math.Min(count, Count)], [.. ranked.Reverse().Take(count)]);
    }

    private IEnumerable<int> Counted(int leftOut) => _telling.Where(channel => channel != leftOut);

    private (double Mean, double Length) MeanAndLength(float[] profile, int leftOut)
    {
        var (count, sum, square) = (0, 0d, 0d);
        foreach (var channel in Counted(leftOut))
        {
            double value = profile[channel];
            (count, sum, square) = (count + 1, sum + value, square + (value * value));
        }

        return count == 0 ? default : (sum / count, Math.Sqrt(Math.Max(0, square - (sum * sum / count))));
    }

    private static (double Mean, double Deviation) Moments(double[] responses)
    {
        if (responses.Length == 0)
        {
            return default;
        }

        var mean = responses.Average();
        var deviation = Math.Sqrt(responses.Average(response => (response - mean) * (response - mean)));
        return (mean, deviation <= ResponseVector.ConstantShare * responses.Max(Math.Abs) ? 0 : deviation);
    }
}
