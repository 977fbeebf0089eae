using System.Collections.Concurrent;
using AmViz.Cluster.Silo;
using AmViz.Drawing;
using AmViz.Storage;

namespace AmViz.Cli.Paper;

/// <summary>A panel and its result.</summary>
/// <param name="Panel">What was asked for.</param>
/// <param name="Picture">The PNG; null if it could not be drawn.</param>
/// <param name="Objective">How the objective rose; null if it could not be drawn.</param>
/// <param name="Error">Why not.</param>
internal sealed record DrawnPanel(FigurePanel Panel, byte[]? Picture, ObjectiveTrajectory? Objective, string? Error);

/// <summary>Draws panels that a store does not have yet, and reads all of them from there: whatever stops it, the next run goes on.</summary>
/// <param name="store">Where pictures lie.</param>
internal sealed class StoredDrawing(IBlobStore store)
{
    private readonly ResultStore _results = new(store, PngRecords.Read);

    /// <summary>Draws what is missing.</summary>
    /// <param name="panels">In any order; twice the same is drawn once.</param>
    /// <param name="renderers">Work side by side.</param>
    /// <param name="report">Called with the progress.</param>
    /// <param name="cancellationToken">Honoured between two steps; finished pictures stay in the store.</param>
    /// <returns>Why panels could not be drawn.</returns>
    public async Task<IReadOnlyDictionary<FigurePanel, string>> DrawAsync(
        IReadOnlyCollection<FigurePanel> panels, IReadOnlyList<IChannelRenderer> renderers, Action<DrawingProgress> report, CancellationToken cancellationToken)
    {
        var missing = new List<FigurePanel>();
        foreach (var panel in panels.Distinct())
        {
            if (await _results.FindAsync(panel.Task, panel.Recipe, cancellationToken) is null)
            {
                missing.Add(panel);
            }
        }

        var errors = new ConcurrentDictionary<FigurePanel, string>();
        var drawing = new BatchDrawing(renderers);
        FigurePanel[][] alike = [.. missing.GroupBy(panel => (panel.Task.WeightsDigest, panel.Task.Layer, panel.Recipe.Hash)).SelectMany(panels => panels.Chunk(renderers[0].BatchSize))];
        ChannelBatch[] batches = [.. alike.SelectMany(panels => drawing.Batches(panels[0].Recipe, panels.Select(panel => panel.Task)))];
        await drawing.DrawAsync(batches, (batch, rendering) => CommitAsync(alike[batch], rendering, errors, cancellationToken), report, cancellationToken);
        return errors;
    }

    /// <summary>A panel as the store has it.</summary>
    public async Task<DrawnPanel> ReadAsync(FigurePanel panel, IReadOnlyDictionary<FigurePanel, string> errors, CancellationToken cancellationToken)
    {
        if (errors.TryGetValue(panel, out var error))
        {
            return new(panel, Picture: null, Objective: null, error);
        }

        var blob = await store.ReadAsync(ResultLayout.Picture(panel.Task, panel.Recipe.Hash), cancellationToken)
            ?? throw new StorageException($"The picture of '{panel.Task}' was removed from {store.Name} while it was read. Run the command again.");
        return new(panel, blob.Content.ToArray(), PngRecords.Read(blob.Content)?.Objective, Error: null);
    }

    private async Task CommitAsync(
        FigurePanel[] panels, Task<IReadOnlyList<RenderedChannel>> rendering, ConcurrentDictionary<FigurePanel, string> errors, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (panel, drawn) in panels.Zip(await rendering))
            {
                await _results.CommitAsync(drawn, cancellationToken);
                if (drawn.Outcome != ChannelOutcome.Rendered)
                {
                    errors[panel] = drawn.Error ?? drawn.Outcome.ToString();
                }
            }
        }
        catch (DeviceFaultException e) when (e.Scope != DeviceFaultScope.Device)
        {
            // The panels of other networks, or of other layers, are drawn all the same.
            Array.ForEach(panels, panel => errors[panel] = e.Message);
        }
    }
}
