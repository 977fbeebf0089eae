namespace AmViz.Responses;

/// <summary>A channel that can be asked about.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Picture">The picture that was drawn for it.</param>
/// <param name="Strongest">Photographs that excite it most, the strongest first; at least <see cref="FewestStrongest"/>.</param>
/// <param name="Weakest">Photographs that excite it least, the weakest first; at least <see cref="Pairs"/>.</param>
public sealed record QuizChannel(int Channel, QuizPicture Picture, IReadOnlyList<QuizPhotograph> Strongest, IReadOnlyList<QuizPhotograph> Weakest)
{
    /// <summary>Most questions about a channel: of the nine strongest photographs that a pass keeps, six are left to be shown beside them.</summary>
    public const int Pairs = 3;

    /// <summary>Fewest photographs that are shown beside a question.</summary>
    public const int FewestReferences = 3;

    /// <summary>Fewest strong photographs of a channel.</summary>
    public const int FewestStrongest = Pairs + FewestReferences;

    /// <summary>Makes one of what a pass shows of a channel.</summary>
    /// <returns>
    /// Null if nothing can be asked: there are too few photographs, or a weak one excites the channel as much as a strong one, as with dead channels and short lists.
    /// </returns>
    public static QuizChannel? Of(int channel, QuizPicture picture, IReadOnlyList<QuizPhotograph> strongest, IReadOnlyList<QuizPhotograph> weakest)
        => strongest.Count >= FewestStrongest && weakest.Count >= Pairs && strongest.Min(one => one.Response) > weakest.Max(one => one.Response)
            ? new(channel, picture, strongest, weakest)
            : null;
}
