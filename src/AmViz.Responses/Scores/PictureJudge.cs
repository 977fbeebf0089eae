namespace AmViz.Responses;

/// <summary>Judges pictures by what a layer makes of them, and of the photographs that excite one of its channels most and least.</summary>
public sealed class PictureJudge
{
    /// <summary>Photographs of each kind that a picture is held against, as many as a person is shown.</summary>
    public const int Photographs = 9;

    /// <summary>Fewest photographs of the sample: with fewer, the strongest and the weakest are hardly different.</summary>
    public const int FewestPhotographs = 4 * Photographs;

    private readonly LayerProfiles _profiles;
    private readonly int _channel;
    private readonly int[] _strongest;
    private readonly int[] _weakest;
    private readonly double[] _towards;          // along it: likeness to the strongest, less that to the weakest
    private readonly double[] _ordinary;         // the same of all other photographs

    private PictureJudge(LayerProfiles profiles, int channel)
    {
        (_profiles, _channel) = (profiles, channel);
        (_strongest, _weakest) = profiles.Extremes(channel, Photographs);
        _towards = [.. profiles.Direction(_strongest, channel).Zip(profiles.Direction(_weakest, channel), (strong, weak) => strong - weak)];
        _ordinary = [.. Enumerable.Range(0, profiles.Count).Except(_strongest).Select(photograph => profiles.Along(profiles.OfPhotograph(photograph), _towards, channel))];
    }

    /// <summary>Judges pictures of a channel.</summary>
    /// <returns>Null if nothing can be said: the channel is constant, or there are fewer than <see cref="FewestPhotographs"/>.</returns>
    public static PictureJudge? Of(LayerProfiles profiles, int channel)
        => profiles.Count < FewestPhotographs || profiles.IsConstant(channel) ? null : new(profiles, channel);

    /// <summary>Judges a picture that was drawn for the channel.</summary>
    /// <param name="responses">Of each channel of the layer to the picture.</param>
    /// <returns>Null if a response is no finite number.</returns>
    public PictureJudgement? Judge(IReadOnlyList<float> responses)
    {
        if (!responses.All(float.IsFinite))
        {
            return null;
        }

        var profile = _profiles.Of(responses);
        var (strong, weak) = (Likenesses(profile, _strongest), Likenesses(profile, _weakest));
        return new(profile[_channel], 1 + profile.Count(deviations => deviations > profile[_channel]), strong.Average(), weak.Average(), TwoAlternatives.Share(strong, weak), Trust(profile));
    }

    private double Trust(float[] profile)
    {
        var likeness = _profiles.Along(profile, _towards, _channel);
        return _ordinary.Average(ordinary => ordinary < likeness ? 1 : ordinary > likeness ? 0 : 0.5);
    }

    private double[] Likenesses(float[] profile, int[] photographs) => [.. photographs.Select(photograph => _profiles.Likeness(profile, photograph, _channel))];
}

/// <summary>What a layer makes of a picture that was drawn for one of its channels.</summary>
/// <param name="Deviations">The channel's response, in deviations from its mean over photographs.</param>
/// <param name="Place">How many channels respond at least so unusually, this one included: at 1 the picture is more its own than any other channel's.</param>
/// <param name="TopLikeness">Mean correlation of the picture's profile with those of the photographs that excite the channel most, -1 to 1.</param>
/// <param name="BottomLikeness">The same with those that excite it least.</param>
/// <param name="MisLike">Share of pairs of such photographs, one of each kind, of which the picture tells the stronger: 1 always, 0.5 by chance.</param>
/// <param name="Trust">Share of all photographs but the strongest for which <paramref name="TopLikeness"/> less <paramref name="BottomLikeness"/> is smaller than for the picture; ties count half. See <see cref="PictureTrust"/>.</param>
public sealed record PictureJudgement(double Deviations, int Place, double TopLikeness, double BottomLikeness, double MisLike, double Trust);
