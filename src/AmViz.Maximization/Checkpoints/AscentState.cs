using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>All of an ascent that its later steps depend on. What follows from tasks and recipe alone is not part of it.</summary>
/// <remarks>
/// Images do not depend on each other (the facets of a task do, so they stay together), and each is kept by itself: it can go on
/// in another place of another batch. An image is its part of every tensor, the state of its generator, whether it was given up, and its trajectory.
/// </remarks>
/// <param name="tensors">Coefficients, moments, sums: each <c>[N, ...]</c>.</param>
/// <param name="generators">One an image.</param>
/// <param name="optimizer">Counts its steps.</param>
/// <param name="monitor">Holds the trajectories.</param>
internal sealed class AscentState(
    IReadOnlyList<Tensor> tensors, IReadOnlyList<ImageGenerator> generators, IOptimizer optimizer, AscentMonitor monitor)
{
    private const int GivenUpLength = 2 * sizeof(int);

    /// <summary>Copies the state of the first images.</summary>
    /// <param name="tasks">How many tasks.</param>
    /// <param name="imagesPerTask">Images of each.</param>
    /// <returns>One state a task.</returns>
    public IReadOnlyList<byte[]> Save(int tasks, int imagesPerTask)
        => [.. Enumerable.Range(0, tasks * imagesPerTask).Chunk(imagesPerTask).Select(Save)];

    /// <summary>Puts saved states in place of what the ascent begins with.</summary>
    /// <param name="step">Steps that they have done.</param>
    /// <param name="states">One a task, for all of the batch.</param>
    /// <returns>False if they cannot be states of such an ascent; nothing has changed then.</returns>
    public bool TryRestore(int step, IReadOnlyList<ReadOnlyMemory<byte>> states)
    {
        var imagesPerTask = generators.Count / states.Count;
        var length = ImageLength(monitor.KeptBefore(step));
        if (states.Any(state => state.Length != length * imagesPerTask))
        {
            return false;
        }

        for (var n = 0; n < generators.Count; n++)
        {
            Restore(n, states[n / imagesPerTask].Span.Slice(n % imagesPerTask * length, length));
        }

        optimizer.StepCount = step;
        return true;
    }

    private byte[] Save(int[] images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var state = new byte[images.Length * ImageLength(monitor.PointsOf(images[0]).Count)];
        var rest = state.AsSpan();
        foreach (var n in images)
        {
            foreach (var tensor in tensors)
            {
                Put(tensor.select(0, n).cpu().contiguous().bytes, ref rest);
            }

            Put(generators[n].State, ref rest);
            var givenUp = monitor.GivenUpOf(n) ?? default;
            Put(MemoryMarshal.AsBytes(new[] { (int)givenUp.Outcome, givenUp.Points }.AsSpan()), ref rest);
            Put(MemoryMarshal.AsBytes(monitor.PointsOf(n).Select(point => point.Objective).ToArray().AsSpan()), ref rest);
        }

        return state;
    }

    private void Restore(int n, ReadOnlySpan<byte> image)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var tensor in tensors)
        {
            var part = tensor.select(0, n);
            var saved = empty(part.shape, part.dtype);
            Take(saved.bytes.Length, ref image).CopyTo(saved.bytes);
            part.copy_(saved);
        }

        generators[n].State = Take(ImageGenerator.StateLength, ref image);
        var givenUp = MemoryMarshal.Cast<byte, int>(Take(GivenUpLength, ref image));
        monitor.Restore(n, MemoryMarshal.Cast<byte, float>(image), givenUp[1] > 0 ? new((ChannelOutcome)givenUp[0], givenUp[1]) : null);
    }

    private int ImageLength(int points)
        => checked((int)tensors.Sum(tensor => tensor.numel() / tensor.shape[0] * tensor.ElementSize) + ImageGenerator.StateLength + GivenUpLength + (points * sizeof(float)));

    private static void Put(ReadOnlySpan<byte> part, ref Span<byte> rest)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }

    private static ReadOnlySpan<byte> Take(int length, ref ReadOnlySpan<byte> rest)
    {
        var part = rest[..length];
        rest = rest[length..];
        return part;
    }
}
