namespace AmViz.Maximization;

/// <summary>The facets of a channel as one picture, side by side.</summary>
internal static class FacetStrip
{
    /// <summary>Joins the facets of one task.</summary>
    /// <param name="facets">At least one; a single one stays as it is.</param>
    /// <param name="size">Height and width of each in pixels.</param>
    /// <returns>A picture as high as a facet; its objective is their mean, its outcome the worst of theirs.</returns>
    public static MaximizedImage Join(IReadOnlyList<MaximizedImage> facets, int size)
    {
        if (facets.Count == 1)
        {
            return facets[0];
        }

        var outcome = facets.Max(facet => facet.Outcome);
        var isDrawn = outcome == ChannelOutcome.Rendered;
        return new(outcome, MeanOf([.. facets.Select(facet => facet.Objective)]), isDrawn ? SideBySide([.. facets.Select(facet => facet.Planes)], size) : [])
        {
            Opacity = isDrawn && facets[0].Opacity is not null ? SideBySide([.. facets.Select(facet => facet.Opacity!)], size) : null,
        };
    }

    private static ObjectiveTrajectory MeanOf(ObjectiveTrajectory[] facets) => new(
        facets[0].Kind,
        facets.Average(facet => facet.Initial),
        facets.Average(facet => facet.Final),
        [.. facets[0].Points.Select((point, i) => new TrajectoryPoint(point.Step, facets.Average(facet => facet.Points[i].Objective)))]);

    /// <summary>Row by row, plane by plane: a row of the strip is the same row of every facet.</summary>
    private static float[] SideBySide(float[][] facets, int size)
    {
        var strip = new float[facets.Length * facets[0].Length];
        for (var start = 0; start < strip.Length; start += size)
        {
            var (row, facet) = (start / size / facets.Length, start / size % facets.Length);
            Array.Copy(facets[facet], row * size, strip, start, size);
        }

        return strip;
    }
}
