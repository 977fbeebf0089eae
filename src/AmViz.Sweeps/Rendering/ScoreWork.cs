namespace AmViz.Sweeps;

/// <summary>Scores of pictures as the work of a sweep: a task a layer, which holds the pictures that another sweep drew for it against a pass of photographs.</summary>
/// <param name="Sweep">The sweep that drew the pictures.</param>
/// <param name="Tables">What is made: a table a layer, in the order of that sweep. A shard has its own alone.</param>
/// <param name="Judge">The second network that is asked about the pictures; null: none.</param>
[GenerateSerializer, Immutable, Alias("amviz.ScoreWork")]
public sealed record ScoreWork(
    [property: Id(0)] SweepId Sweep,
    [property: Id(1)] IReadOnlyList<ScoreTable> Tables,
    [property: Id(2)] JudgeNetwork? Judge = null) : IComputedWork
{
    // No network has such a layer, so that no picture of one can ever be meant by a task.
    private const string Prefix = "scores/";

    /// <summary>Name that stands in place of a layer's, of the task that scores the pictures of that layer.</summary>
    public static string TaskLayer(string layer) => Prefix + layer;

    /// <summary>The table that a task makes.</summary>
    /// <param name="taskLayer">See <see cref="TaskLayer"/>.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ScoreTable Of(string taskLayer) => Tables.FirstOrDefault(table => TaskLayer(table.Layer) == taskLayer)
        ?? throw new ArgumentException($"'{taskLayer}' is none of {string.Join(", ", Tables.Select(table => TaskLayer(table.Layer)))}.", nameof(taskLayer));

    /// <summary>The part that a task must know.</summary>
    /// <param name="taskLayer">See <see cref="TaskLayer"/>.</param>
    public ScoreWork Only(string taskLayer) => this with { Tables = [Of(taskLayer)] };

    /// <inheritdoc/>
    public int StageOf(string layer) => 0;
}

/// <summary>A table of scores.</summary>
/// <param name="Layer">Whose pictures.</param>
/// <param name="Pass">Id of the pass of photographs that they are held against.</param>
/// <param name="Crops">Photographs of each list of that pass that are cut out, 0 to 9.</param>
/// <param name="EffectiveFields">Photographs of its top list whose effective receptive field is measured, 0 to 9.</param>
/// <param name="Name">Hash of the pictures, and of all else that determines the scores.</param>
/// <param name="Pictures">Number of pictures, at least 1.</param>
[GenerateSerializer, Immutable, Alias("amviz.ScoreTable")]
public sealed record ScoreTable(
    [property: Id(0)] string Layer,
    [property: Id(1)] string Pass,
    [property: Id(2)] int Crops,
    [property: Id(3)] int EffectiveFields,
    [property: Id(4)] string Name,
    [property: Id(5)] int Pictures);

/// <summary>A network that is asked about pictures of another one.</summary>
/// <param name="Model">Its name.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
[GenerateSerializer, Immutable, Alias("amviz.JudgeNetwork")]
public sealed record JudgeNetwork([property: Id(0)] string Model, [property: Id(1)] string WeightsDigest);
