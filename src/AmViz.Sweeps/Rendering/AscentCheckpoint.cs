namespace AmViz.Sweeps;

/// <summary>Where the unfinished picture of one task stands, so that another device, or the same one after a restart, can go on from there.</summary>
/// <remarks>
/// A run that resumes must end with the same bits as an undisturbed run, so everything that chooses bits is named: see
/// <see cref="IChannelRenderer.CanResume"/>.
/// </remarks>
public sealed record AscentCheckpoint
{
    /// <summary>Whose picture.</summary>
    public required ChannelTask Task { get; init; }

    /// <summary><see cref="RenderRecipe.Hash"/>: every number of the recipe, the version of the algorithm among them.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>Where it was drawn; elsewhere the last bits differ.</summary>
    public required RenderEnvironment Environment { get; init; }

    /// <summary>Version of AmViz that drew it.</summary>
    public required string Software { get; init; }

    /// <summary>Steps done, at least 1.</summary>
    public required int Step { get; init; }

    /// <summary>All that later steps depend on, as the renderer wrote it.</summary>
    public required ReadOnlyMemory<byte> State { get; init; }
}
