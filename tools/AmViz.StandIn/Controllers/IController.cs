namespace AmViz.StandIn.Controllers;

/// <summary>Brings what is nearer to what is asked for.</summary>
internal interface IController
{
    /// <summary>Looks at everything, and does what is to be done now; called after every change, and now and then.</summary>
    void Reconcile();
}
