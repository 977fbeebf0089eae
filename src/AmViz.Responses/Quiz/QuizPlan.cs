namespace AmViz.Responses;

/// <summary>What a person is shown beside the two photographs of a question.</summary>
public enum QuizCondition
{
    /// <summary>The picture that was drawn for the channel.</summary>
    Picture,

    /// <summary>Photographs that excite the channel most.</summary>
    Photographs,

    /// <summary>Nothing: what people guess by looks alone.</summary>
    Control,
}

/// <summary>One of the two photographs of a question.</summary>
public enum QuizSide
{
    /// <summary>The first, on the left.</summary>
    Left,

    /// <summary>The second, on the right.</summary>
    Right,
}

/// <summary>A quiz about the channels of a layer: which of two photographs excites a channel more, with the right answers.</summary>
/// <remarks>
/// The two-alternative forced choice of Borowski et al. 2020 ("Exemplary Natural Images Explain CNN Activations Better than State-of-the-Art Feature Visualization", arXiv 2010.12606);
/// conditions, with nothing shown as a control, after Zimmermann et al. 2021 ("How Well do Feature Visualizations Support Causal Understanding of CNN Activations?").
/// </remarks>
/// <param name="FormatVersion">Of its file, its page and the answers to it.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Layer">Whose channels.</param>
/// <param name="Pass">Photographs that were shown to the network.</param>
/// <param name="Seed">Of the drawing of questions.</param>
/// <param name="Questions">In the order in which they are asked; numbers are 1, 2, 3, ...</param>
public sealed record QuizPlan(
    int FormatVersion, string Model, string WeightsDigest, string Layer, string Pass, int Seed, IReadOnlyList<QuizQuestion> Questions)
{
    /// <summary>Version that is written.</summary>
    public const int CurrentFormatVersion = 1;

    private const int IdLength = 16;

    /// <summary>Name of the quiz: a hash of all that is written above, so equal quizzes are one.</summary>
    public string Id => SweepJson.Hash(new { FormatVersion, Model, WeightsDigest, Layer, Pass, Seed, Questions }, IdLength);

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId(string text) => text is { Length: IdLength } && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>A question: which of two photographs excites a channel more.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Condition">What is shown beside them.</param>
/// <param name="Channel">From 0.</param>
/// <param name="Picture">The picture that was drawn for the channel, shown or not: what the question is about.</param>
/// <param name="Left">The photograph on the left.</param>
/// <param name="Right">The photograph on the right.</param>
/// <param name="References">What is shown where the condition is <see cref="QuizCondition.Photographs"/>, the strongest first; otherwise empty.</param>
public sealed record QuizQuestion(
    int Number, QuizCondition Condition, int Channel, QuizPicture Picture, QuizPhotograph Left, QuizPhotograph Right, IReadOnlyList<QuizPhotograph> References)
{
    /// <summary>The right answer.</summary>
    public QuizSide RightAnswer() => Left.Response > Right.Response ? QuizSide.Left : QuizSide.Right;
}

/// <summary>A picture that was drawn for a channel.</summary>
/// <param name="Path">In the store.</param>
/// <param name="Sha256">Of its file.</param>
public sealed record QuizPicture(string Path, string Sha256);

/// <summary>A photograph of a question.</summary>
/// <param name="Photograph">SHA-256 of it.</param>
/// <param name="Response">Of the channel.</param>
/// <param name="Crop">Path in the store of what the channel sees of it.</param>
public sealed record QuizPhotograph(string Photograph, float Response, string Crop);
