namespace AmViz.Cluster.Http;

/// <summary>An upload that was begun.</summary>
/// <param name="Id">Its id.</param>
public sealed record BegunUpload(string Id);
