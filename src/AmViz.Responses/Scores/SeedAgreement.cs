namespace AmViz.Responses;

/// <summary>Whether the pictures that other seeds gave of a channel show the layer the same.</summary>
/// <param name="Likeness">Mean likeness of the picture's profile to those of the channel's other pictures, -1 to 1.</param>
/// <param name="LikenessOfOthers">The same with pictures of other channels; null where there are none.</param>
public sealed record SeedAgreement(double Likeness, double? LikenessOfOthers)
{
    /// <summary>Compares the pictures of a layer.</summary>
    /// <param name="profiles">Of the layer.</param>
    /// <param name="pictures">The channel that each was drawn for, and the response of every channel to it.</param>
    /// <returns>In the order of the pictures; null for those that are their channel's only one with finite responses, or of a constant channel.</returns>
    public static IReadOnlyList<SeedAgreement?> Of(LayerProfiles profiles, IReadOnlyList<(int Channel, float[] Responses)> pictures)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(pictures);
        float[]?[] seen = [.. pictures.Select(picture => picture.Responses.All(float.IsFinite) ? profiles.Of(picture.Responses) : null)];
        var places = Enumerable.Range(0, pictures.Count).Where(at => seen[at] is not null).ToLookup(at => pictures[at].Channel);
        return [.. pictures.Select((picture, at) => seen[at] is { } profile && !profiles.IsConstant(picture.Channel) ? Compare(at, profile) : null)];

        SeedAgreement? Compare(int at, float[] profile)
        {
            var channel = pictures[at].Channel;
            double[] own = [.. places[channel].Where(other => other != at).Select(Likeness)];
            int[] strangers = [.. places.Where(one => one.Key != channel).SelectMany(one => one)];
            return own.Length == 0 ? null : new(own.Average(), strangers.Length == 0 ? null : EvenSpread.Of(strangers, EvenSpread.EnoughForAMean).Average(Likeness));

            double Likeness(int other) => profiles.Likeness(profile, seen[other]!, channel);
        }
    }
}
